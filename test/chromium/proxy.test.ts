import { describe } from 'vitest';
import { proxyTests } from '../browser/proxy.ts';
import { chromiumDriver } from '../support/driver.ts';

describe('a proxy, seen from Chromium', () => proxyTests(chromiumDriver));
