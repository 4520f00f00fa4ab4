import type { Header } from '../types.ts';

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
    headers.map(([name, value]) => [name, SECRET_HEADER.test(name) ? REDACTED : redactText(value)]),
  text: redactText,
};

function redactText(text: string): string {
  return text.replace(SECRET_PARAMETER, `$1${REDACTED}`).replace(SECRET_USER, `$1${REDACTED}@`);
}
