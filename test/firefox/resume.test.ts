import { describe } from 'vitest';
import { resumeTests } from '../browser/resume.ts';
import { firefoxDriver } from '../support/driver.ts';

describe('resuming after drops in Firefox', () => resumeTests(firefoxDriver));
