import { describe } from 'vitest';
import { assembledTests } from '../browser/assembled.ts';
import { chromiumDriver } from '../support/driver.ts';

describe('what streams say as a whole in Chromium', () => assembledTests(chromiumDriver));
