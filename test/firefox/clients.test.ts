import { describe } from 'vitest';
import { clientTests } from '../browser/clients.ts';
import { firefoxDriver } from '../support/driver.ts';

describe('real clients in Firefox', () => clientTests(firefoxDriver));
