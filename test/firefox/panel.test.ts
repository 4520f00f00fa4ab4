import { describe } from 'vitest';
import { panelTests } from '../browser/panel.ts';
import { firefoxDriver } from '../support/driver.ts';

describe('the panel in Firefox', () => panelTests(firefoxDriver));
