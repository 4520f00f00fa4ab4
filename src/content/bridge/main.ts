import { startBridge } from './bridge.ts';

// Runs in the isolated world of every frame, before the page tap and before any script of the page.
startBridge();
