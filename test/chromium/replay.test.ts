import { describe } from 'vitest';
import { replayTests } from '../browser/replay.ts';
import { chromiumDriver } from '../support/driver.ts';

describe('replay in Chromium', () => replayTests(chromiumDriver));
