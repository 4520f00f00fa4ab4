import { describe } from 'vitest';
import { invisibleTests } from '../browser/invisible.ts';
import { chromiumDriver } from '../support/driver.ts';

describe('what a page sees in Chromium', () => invisibleTests(chromiumDriver));
