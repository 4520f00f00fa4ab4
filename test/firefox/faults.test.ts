import { describe } from 'vitest';
import { faultTests } from '../browser/faults.ts';
import { firefoxDriver } from '../support/driver.ts';

describe('faults of the mock server in Firefox', () => faultTests(firefoxDriver));
