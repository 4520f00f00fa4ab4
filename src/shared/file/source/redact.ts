import type { Header } from '../../session/types.ts';

/** What stands in place of a secret. */
export const REDACTED = 'REDACTED';

/** Headers that let somebody in. */
const SECRET_HEADER =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key|api-key|x-auth-token|x-csrf-token|x-xsrf-token|x-amz-security-token)$/i;
/** Names of parameters whose values let somebody in. */
const SECRET_NAME =
  '(?:access[-_]?token|refresh[-_]?token|id[-_]?token|auth[-_]?token|token|api[-_]?key|apikey|key|auth|authorization|secret|client[-_]?secret|password|passwd|pwd|sig|signature|x-amz-signature|x-amz-credential|x-amz-security-token|session|sessionid|session[-_]?id|sid|jwt|code|ticket|credential)';
const SECRET_PARAMETER = new RegExp(`([?&;#]${SECRET_NAME}=)[^&#;\\s'"<>)]*`, 'gi');
const SECRET_USER = /(\b[a-z][a-z\d+.-]*:\/\/)[^/?#\s@]+@/gi;

/** Whether a header of this name holds a credential. */
export function isSecretHeader(name: string): boolean {
  return SECRET_HEADER.test(name);
}

/** Takes secrets out of what leaves the browser; without it everything stays. */
export interface Redactor {
  headers(headers: readonly Header[]): Header[];
  /** Text with addresses in it: token-like query parameters, user names and passwords. */
  text(text: string): string;
}

export const KEEP_ALL: Redactor = { headers: (headers) => [...headers], text: (text) => text };

/** Masks `Authorization`, `Cookie`, `Set-Cookie`, `Proxy-Authorization` and their like, and token-like query parameters. */
export const REDACT_SECRETS: Redactor = {
  headers: (headers) =>
    headers.map(([name, value]) => [name, isSecretHeader(name) ? REDACTED : redactText(value)]),
  text: redactText,
};

/** A secret that would be masked. */
export interface FoundSecret {
  kind: 'header' | 'parameter' | 'user name';
  /** Of the header or parameter. */
  name: string;
  /** How often. */
  count: number;
}

/** Masks as {@link REDACT_SECRETS} does, and counts what it masks. */
export function createSecretCounter(): Redactor & { found(): FoundSecret[] } {
  const found = new Map<string, FoundSecret>();
  const add = (kind: FoundSecret['kind'], name: string): void => {
    const known = found.get(`${kind} ${name}`);
    if (known) known.count++;
    else found.set(`${kind} ${name}`, { kind, name, count: 1 });
  };
  const countIn = (text: string): void => {
    for (const [parameter] of text.matchAll(SECRET_PARAMETER))
      add('parameter', parameter.slice(1, parameter.indexOf('=')));
    for (const _ of text.matchAll(SECRET_USER)) add('user name', '');
  };
  return {
    headers(headers) {
      for (const [name, value] of headers) {
        if (isSecretHeader(name)) add('header', name.toLowerCase());
        else countIn(value);
      }
      return REDACT_SECRETS.headers(headers);
    },
    text(text) {
      countIn(text);
      return redactText(text);
    },
    found: () => [...found.values()].sort((a, b) => b.count - a.count),
  };
}

function redactText(text: string): string {
  return text.replace(SECRET_PARAMETER, `$1${REDACTED}`).replace(SECRET_USER, `$1${REDACTED}@`);
}
