/** C0 and C1 control characters and DEL: a terminal acts on them while a command is pasted. */
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;
/** Besides them: what the quotes or `printf` would read, and a "-" at the start, which would begin an option. */
const ESCAPED = /^-|[\\'%\x01-\x1f\x7f-\x9f]/g;
const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text as one word of a command for a POSIX shell. The word expands to the text and to nothing else, and holds no
 * control character besides LFs at its very end.
 *
 * NUL is left out: no argument of a program can hold it.
 */
export function shellQuote(text: string): string {
  const given = text.replaceAll('\0', '');
  // XCU 2.2.2: "Enclosing characters in single-quotes shall preserve the literal value of each character within the single-quotes.
  // A single-quote cannot occur within single-quotes."
  if (!CONTROL.test(given)) return `'${given.replaceAll("'", "'\\''")}'`;
  // XCU 2.6.3: the shell removes "sequences of one or more <newline> characters at the end of the substitution": these stay outside.
  const body = given.replace(/\n+$/, '');
  const end = given.slice(body.length);
  const printed = body === '' ? '' : `"$(printf '${body.replace(ESCAPED, escaped)}')"`;
  return end === '' ? printed : `${printed}'${end}'`;
}

/** As `printf` reads it: `\ddd` is a byte in octal. */
function escaped(sign: string): string {
  const named = NAMED[sign];
  if (named !== undefined) return named;
  return [...new TextEncoder().encode(sign)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
