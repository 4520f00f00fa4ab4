import { describe } from 'vitest';
import { soakTests } from '../browser/soak.ts';
import { firefoxDriver } from '../support/driver.ts';

describe('a soak in Firefox', () => soakTests(firefoxDriver, ['on', 'on'], 'firefox'));
