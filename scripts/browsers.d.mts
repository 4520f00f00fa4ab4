export type BrowserName = 'chromium' | 'firefox';
export function findBrowser(name: BrowserName): string | undefined;
export function ensureBrowser(name: BrowserName): string;
export function findNginx(): string | undefined;
export type ProxyName = 'nginx' | 'apache2' | 'haproxy' | 'caddy' | 'varnishd';
export function findProxy(name: ProxyName): string | undefined;
export function ensureProxies(): void;
