/**
 * What a terminal acts on instead of showing it: C0 and C1 control characters and DEL (ECMA-48), line and paragraph separators, and the
 * marks that change the direction of text.
 */
const ACTED_ON = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text of a file, a server or a command line as it may be printed: what a terminal would act on is shown as an escape. */
export function visible(text: string): string {
  return text.replace(ACTED_ON, (sign) => {
    const code = sign.charCodeAt(0).toString(16);
    return NAMED[sign] ?? (code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`);
  });
}

/** The same for JSON, whose value stays the same. */
export function visibleJson(value: unknown): string {
  // JSON.stringify has escaped what is below U+0020; the line ends between values are its own.
  return JSON.stringify(value, null, 2).replace(ACTED_ON, (sign) =>
    sign === '\n' ? sign : `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
