import { describe } from 'vitest';
import { recordTests } from '../browser/record.ts';
import { chromiumDriver } from '../support/driver.ts';

describe('recording in Chromium', () => recordTests(chromiumDriver));
