import { describe } from 'vitest';
import { wireTests } from '../browser/wire.ts';
import { chromiumDriver } from '../support/driver.ts';

describe('the wire in Chromium', () => wireTests(chromiumDriver));
