import { describe } from 'vitest';
import { libraryTests } from '../browser/library.ts';
import { chromiumDriver } from '../support/driver.ts';

describe('the library in Chromium', () => libraryTests(chromiumDriver));
