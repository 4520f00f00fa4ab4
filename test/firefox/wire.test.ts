import { describe } from 'vitest';
import { wireTests } from '../browser/wire.ts';
import { firefoxDriver } from '../support/driver.ts';

describe('the wire in Firefox', () => wireTests(firefoxDriver));
