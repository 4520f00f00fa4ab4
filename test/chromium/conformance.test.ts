import { describe } from 'vitest';
import { conformanceTests } from '../browser/conformance.ts';
import { chromiumDriver } from '../support/driver.ts';

describe('EventSource of Chromium', () => conformanceTests(chromiumDriver));
