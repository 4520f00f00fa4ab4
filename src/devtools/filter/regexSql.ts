/** What RE2 has no word for, or another meaning: looking around, flags of a group, references back, letters escaped for no reason, empty sets. */
const ONLY_JAVASCRIPT =
  /\(\?(?:[=!]|<[=!]|[a-z]*-?[a-z]+:)|\\(?:[1-9]|(?![dDwWsSbBtnvfrxu])[A-Za-z])|\[\^?\]/;

/**
 * A regular expression of JavaScript as RE2 reads it, which both engines use; undefined where it cannot be said. Flags stand at its
 * beginning, for ClickHouse's dot matches line ends otherwise.
 */
export function regexSql({ source, flags }: RegExp): string | undefined {
  // Escaped backslashes are no beginning of an escape.
  const bare = source.replaceAll('\\\\', '');
  if (ONLY_JAVASCRIPT.test(bare) || flags.includes('v')) return undefined;
  const on = ['i', 'm', 's'].filter((flag) => flags.includes(flag)).join('');
  const off = flags.includes('s') ? '' : '-s';
  const pattern = source
    // `new RegExp` shows the empty pattern so.
    .replace(/^\(\?:\)$/, '')
    .replace(/\\(?:\\|u\{([\da-f]+)\}|u([\da-f]{4})|\/)|\(\?<(\w+)>/gi, (all, long, short, name) => {
      if (name !== undefined) return `(?P<${name}>`;
      if (all === '\\/') return '/';
      const code: string | undefined = long ?? short;
      return code === undefined ? all : `\\x{${code}}`;
    });
  return `(?${on}${off})${pattern}`;
}
