import { describe } from 'vitest';
import { soakTests } from '../browser/soak.ts';
import { chromiumDriver } from '../support/driver.ts';

describe('a soak in Chromium', () => soakTests(chromiumDriver, ['on', 'off', 'switch', 'on']));
