import { describe } from 'vitest';
import { healthTests } from '../browser/health.ts';
import { firefoxDriver } from '../support/driver.ts';

describe('the health in Firefox', () => healthTests(firefoxDriver));
