import { describe } from 'vitest';
import { healthTests } from '../browser/health.ts';
import { chromiumDriver } from '../support/driver.ts';

describe('the health in Chromium', () => healthTests(chromiumDriver));
