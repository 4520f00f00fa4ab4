import { describe } from 'vitest';
import { conformanceTests } from '../browser/conformance.ts';
import { firefoxDriver } from '../support/driver.ts';

describe('EventSource of Firefox', () => conformanceTests(firefoxDriver));
