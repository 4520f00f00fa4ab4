import { describe } from 'vitest';
import { resumeTests } from '../browser/resume.ts';
import { chromiumDriver } from '../support/driver.ts';

describe('resuming after drops in Chromium', () => resumeTests(chromiumDriver));
