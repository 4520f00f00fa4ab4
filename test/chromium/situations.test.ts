import { describe } from 'vitest';
import { situationTests } from '../browser/situations.ts';
import { chromiumDriver } from '../support/driver.ts';

describe('documents in Chromium', () => situationTests(chromiumDriver));
