import { formatOf } from '../../formats/formatOf.ts';
import { hasOtherType } from '../../session/hasOtherType.ts';
import { headerOf } from '../../session/headerOf.ts';
import type { Exchange } from '../../session/types.ts';
import type { Connection } from './connection.ts';

/** What a body that is no stream looks like. */
export type BodyLooks = 'app' | 'login' | 'html' | 'json' | 'lines' | 'other';

export function contentTypeOf({ headers }: Exchange): string {
  return headerOf(headers, 'content-type')?.trim() ?? '';
}

export function isStreamResponse(exchange: Exchange): boolean {
  return formatOf(contentTypeOf(exchange)) !== undefined;
}

/** Answered with a status and headers that somebody saw. */
export function isAnswered({ status, headers }: Exchange): boolean {
  return status !== undefined && status !== 0 && headers !== undefined && headers.length > 0;
}

/** Answered with status 200, and with something else than an event stream. */
export function hasWrongType(exchange: Exchange): boolean {
  return hasOtherType(exchange);
}

/** Something of a stream came. */
export function hasDelivered({ columns }: Connection): boolean {
  return columns.all.entries > 0;
}

/** Told from its first bytes and its type. */
export function looksOf(body: string, contentType: string): BodyLooks {
  const isHtml = /^\s*<(!doctype|html|head|body|script)/i.test(body) || /text\/html/i.test(contentType);
  if (isHtml) {
    if (/type\s*=\s*["']?password/i.test(body)) return 'login';
    return /<div\s+id\s*=\s*["']?(root|app|__next|__nuxt)\b|<script[^>]+type\s*=\s*["']?module/i.test(body)
      ? 'app'
      : 'html';
  }
  if (/ndjson|jsonl|json-seq|stream\+json/i.test(contentType) || /^\s*\{.*\}\s*\n\s*\{/.test(body))
    return 'lines';
  if (/json/i.test(contentType) || /^\s*[[{]/.test(body)) return 'json';
  return 'other';
}
