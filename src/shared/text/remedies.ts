import type { Software } from '../diagnosis/measures/software.ts';
import type { FindingCode } from '../diagnosis/model/finding.ts';

/** What to change, at one place, as a text to be copied. */
export interface Remedy {
  /** Where it belongs. */
  label: string;
  text: string;
}

type SnippetName = keyof typeof SNIPPETS;

interface Snippet extends Remedy {
  /** Software that response headers name. */
  of?: Software;
}

const SNIPPETS = {
  nginx: {
    of: 'nginx',
    label: 'nginx',
    text: `location /events {
  proxy_pass http://app;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_buffering off;
  gzip off;
  proxy_read_timeout 1h;
}`,
  },
  accel: { label: 'response header, for nginx', text: 'X-Accel-Buffering: no' },
  apache: { of: 'apache', label: 'Apache', text: 'SetEnvIf Request_URI "^/events" no-gzip' },
  apacheTimeout: { of: 'apache', label: 'Apache', text: 'ProxyTimeout 3600' },
  haproxy: { of: 'haproxy', label: 'HAProxy, in the backend', text: 'timeout server 1h' },
  caddy: {
    of: 'caddy',
    label: 'Caddy',
    text: '@other not header Accept *text/event-stream*\nencode @other gzip',
  },
  varnish: {
    of: 'varnish',
    label: 'Varnish',
    text: `sub vcl_recv {
  if (req.http.Accept ~ "text/event-stream") { return (pipe); }
}`,
  },
  cloudflare: {
    of: 'cloudflare',
    label: 'Cloudflare',
    text: 'Cache Rule “bypass” and no Compression Rule for the path; a comment at least every 30 s',
  },
  aspnet: {
    of: 'aspnet',
    label: 'ASP.NET Core',
    text: 'HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();',
  },
  express: {
    of: 'express',
    label: 'Express',
    text: `app.use(compression({
  filter: (req, res) =>
    !String(res.getHeader('Content-Type')).startsWith('text/event-stream') && compression.filter(req, res),
}));`,
  },
  expressHeaders: { of: 'express', label: 'Express', text: 'res.flushHeaders();' },
  expressId: { of: 'express', label: 'Express', text: "const lastId = req.get('Last-Event-ID');" },
  next: {
    of: 'next',
    label: 'Next.js route handler',
    text: `export const dynamic = 'force-dynamic';
export const maxDuration = 300;
return new Response(stream, {
  headers: {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-cache, no-transform',
    'X-Accel-Buffering': 'no',
  },
});`,
  },
  fastapi: { of: 'fastapi', label: 'FastAPI', text: 'return EventSourceResponse(events(), ping=15)' },
  fastapiId: {
    of: 'fastapi',
    label: 'FastAPI',
    text: "last_event_id: str | None = Header(default=None, alias='Last-Event-ID')",
  },
  vite: {
    of: 'vite',
    label: 'Vite, server.proxy',
    text: `configure: (proxy) =>
  proxy.on('proxyRes', (up, req, res) => {
    up.on('close', () => res.destroy());
    res.on('close', () => up.destroy());
  })`,
  },
  django: { label: 'Django', text: "response['Content-Encoding'] = 'identity'" },
  spring: { label: 'Spring', text: 'new SseEmitter(0L)' },
  springId: {
    label: 'Spring',
    text: '@RequestHeader(value = "Last-Event-ID", required = false) String lastId',
  },
  go: {
    label: 'Go',
    text: [
      'rc := http.NewResponseController(w)',
      'rc.SetWriteDeadline(time.Time{})',
      'w.WriteHeader(200)',
      'rc.Flush()',
    ].join('\n'),
  },
  goId: { label: 'Go', text: 'lastID := r.Header.Get("Last-Event-ID")' },
  rails: {
    label: 'Rails',
    text: "response.headers['Last-Modified'] = Time.now.httpdate",
  },
  heartbeat: { label: 'in the stream, every 15 s', text: ': keep-alive\n\n' },
  retry: { label: 'in the stream', text: 'retry: 3000\n\n' },
  reopen: {
    label: 'in the page',
    text: `es.onerror = () => {
  if (es.readyState === EventSource.CLOSED) setTimeout(open, (wait *= 2));
};`,
  },
  credentials: {
    label: 'response headers',
    text: 'Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: true\nVary: Origin',
  },
  noStore: { label: 'response header', text: 'Cache-Control: no-store' },
  curl: { label: 'ask the server itself', text: "curl -N -H 'Accept: text/event-stream' http://app/events" },
} as const satisfies Record<string, Snippet>;

/** What helps against each finding; the usual place first. */
const BY_CODE: Partial<Record<FindingCode, SnippetName[]>> = {
  buffered: ['nginx', 'accel', 'express', 'varnish', 'cloudflare', 'aspnet', 'next'],
  cacheable: ['noStore', 'varnish'],
  charset: [],
  clientGivesUp: ['heartbeat'],
  closedOnError: ['reopen'],
  compressedHeld: [
    'express',
    'nginx',
    'apache',
    'caddy',
    'cloudflare',
    'aspnet',
    'next',
    'fastapi',
    'django',
  ],
  cors: ['credentials'],
  cutByAge: ['go', 'spring', 'next', 'retry'],
  cutWhenSilent: ['heartbeat', 'nginx', 'apacheTimeout', 'haproxy', 'cloudflare', 'fastapi'],
  deadButOpen: ['vite', 'reopen'],
  deliveredAtOnce: ['express', 'next', 'rails', 'go', 'nginx'],
  eventsLost: ['expressId', 'fastapiId', 'springId', 'goId'],
  fromCache: ['noStore', 'varnish', 'cloudflare'],
  heartbeatTooSlow: ['heartbeat', 'fastapi'],
  idIgnored: ['expressId', 'fastapiId', 'springId', 'goId'],
  lateHeaders: ['expressHeaders', 'go', 'caddy', 'nginx'],
  noAnswer: ['curl', 'nginx', 'express', 'expressHeaders', 'caddy'],
  noHeartbeat: ['heartbeat', 'fastapi'],
  noIds: ['expressId', 'fastapiId', 'springId', 'goId'],
  reconnectStorm: ['retry'],
  retryInvalid: ['retry'],
  retryTooLong: ['retry'],
  retryTooShort: ['retry'],
  serverGone: ['reopen'],
  statusEnds: ['reopen'],
};

/**
 * What helps against a finding, as texts to be copied.
 *
 * @param software - what the response's own headers name: its remedies come first
 */
export function remediesFor(code: FindingCode, software: readonly Software[]): Remedy[] {
  const names = BY_CODE[code] ?? [];
  const rank = ({ of }: Snippet) => {
    const at = of === undefined ? -1 : software.indexOf(of);
    return at < 0 ? software.length : at;
  };
  return names
    .map((name): Snippet => SNIPPETS[name])
    .map((snippet, i) => ({ snippet, i }))
    .sort((a, b) => rank(a.snippet) - rank(b.snippet) || a.i - b.i)
    .map(({ snippet: { label, text } }) => ({ label, text }));
}
