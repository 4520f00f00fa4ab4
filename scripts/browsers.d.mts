export type BrowserName = 'chromium' | 'firefox';
export function findBrowser(name: BrowserName): string | undefined;
export function ensureBrowser(name: BrowserName): string;
export function findNginx(): string | undefined;
export function ensureNginx(): string | undefined;
