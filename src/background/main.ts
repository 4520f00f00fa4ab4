import browser from 'webextension-polyfill';
import { startBackground } from './background.ts';

// The background may be stopped between any two messages: its listeners are in place before the first await.
startBackground(browser);
