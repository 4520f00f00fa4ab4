import { describe } from 'vitest';
import { exploreTests } from '../browser/explore.ts';
import { firefoxDriver } from '../support/driver.ts';

describe('exploring in Firefox', () => exploreTests(firefoxDriver));
