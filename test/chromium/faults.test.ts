import { describe } from 'vitest';
import { faultTests } from '../browser/faults.ts';
import { chromiumDriver } from '../support/driver.ts';

describe('faults of the mock server in Chromium', () => faultTests(chromiumDriver));
