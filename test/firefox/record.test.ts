import { describe } from 'vitest';
import { recordTests } from '../browser/record.ts';
import { firefoxDriver } from '../support/driver.ts';

describe('recording in Firefox', () => recordTests(firefoxDriver));
