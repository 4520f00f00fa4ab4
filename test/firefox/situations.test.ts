import { describe } from 'vitest';
import { situationTests } from '../browser/situations.ts';
import { firefoxDriver } from '../support/driver.ts';

describe('documents in Firefox', () => situationTests(firefoxDriver));
