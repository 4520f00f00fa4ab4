import { describe } from 'vitest';
import { assembledTests } from '../browser/assembled.ts';
import { firefoxDriver } from '../support/driver.ts';

describe('what streams say as a whole in Firefox', () => assembledTests(firefoxDriver));
