import { describe } from 'vitest';
import { panelTests } from '../browser/panel.ts';
import { chromiumDriver } from '../support/driver.ts';

describe('the panel in Chromium', () => panelTests(chromiumDriver));
