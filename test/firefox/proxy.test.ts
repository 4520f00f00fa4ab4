import { describe } from 'vitest';
import { proxyTests } from '../browser/proxy.ts';
import { firefoxDriver } from '../support/driver.ts';

describe('a proxy, seen from Firefox', () => proxyTests(firefoxDriver));
