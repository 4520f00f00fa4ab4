import { describe } from 'vitest';
import { storeTests } from '../browser/store.ts';
import { firefoxDriver } from '../support/driver.ts';

describe('the store in Firefox', () => storeTests(firefoxDriver));
