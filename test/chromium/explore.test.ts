import { describe } from 'vitest';
import { exploreTests } from '../browser/explore.ts';
import { chromiumDriver } from '../support/driver.ts';

describe('exploring in Chromium', () => exploreTests(chromiumDriver));
