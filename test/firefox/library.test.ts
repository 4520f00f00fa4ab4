import { describe } from 'vitest';
import { libraryTests } from '../browser/library.ts';
import { firefoxDriver } from '../support/driver.ts';

describe('the library in Firefox', () => libraryTests(firefoxDriver));
