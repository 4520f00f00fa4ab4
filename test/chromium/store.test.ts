import { describe } from 'vitest';
import { storeTests } from '../browser/store.ts';
import { chromiumDriver } from '../support/driver.ts';

describe('the store in Chromium', () => storeTests(chromiumDriver));
