import { describe } from 'vitest';
import { replayTests } from '../browser/replay.ts';
import { firefoxDriver } from '../support/driver.ts';

describe('replay in Firefox', () => replayTests(firefoxDriver));
