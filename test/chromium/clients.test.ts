import { describe } from 'vitest';
import { clientTests } from '../browser/clients.ts';
import { chromiumDriver } from '../support/driver.ts';

describe('real clients in Chromium', () => clientTests(chromiumDriver));
