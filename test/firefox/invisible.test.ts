import { describe } from 'vitest';
import { invisibleTests } from '../browser/invisible.ts';
import { firefoxDriver } from '../support/driver.ts';

describe('what a page sees in Firefox', () => invisibleTests(firefoxDriver));
