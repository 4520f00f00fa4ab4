import fc from 'fast-check';
import type { FilteredEntry } from '../../src/devtools/filter/matchEntry.ts';
import { KINDS } from '../../src/shared/fleet/rows/recordRows.ts';
import type { Value } from '../../src/shared/fleet/rows/rowBuffer.ts';
import { RECORDS } from '../../src/shared/fleet/schema/recordsTable.ts';
import { tableColumnsOf } from '../../src/shared/fleet/schema/tables.ts';
import { EntryKind } from '../../src/shared/sse/types.ts';

/** Filters and entries on which the panel and an engine agree. */

const word = fc.constantFrom(
  'a',
  '9',
  'needle',
  'é',
  'É',
  '新',
  '"',
  "'",
  "''",
  '\\',
  '\\n',
  '%',
  '_',
  '--',
  ';',
  '$1',
  '{x:String}',
  '/*',
  '?',
  'ACME',
);
const json = fc.constantFrom(
  'json:$.n=7',
  'json:$.n>6',
  'json:$.n<=7',
  'json:$.n!=7',
  'json:$.s=ada',
  "json:$.s=it's",
  'json:$.s',
  'json:$.absent',
  'json:$.o.k=1',
  'json:$.l[1]=b',
  'json:$.l[5]',
  'json:$["a.b"]=1',
  'json:$["a/b~c"]=1',
  'json:$.none',
  'json:$.none=null',
  'json:$.t=true',
  'json:$[\'"]=1',
);
const regex = fc.constantFrom(
  '/a+/',
  '/^.$/',
  '/needle$/i',
  '/^a.b/',
  '/a.b/s',
  '/\\d{2,}/',
  '/\\u00e9/',
  '/[\\/"\']/',
  '/\\\\/',
  '/(?<x>n)eedle/',
  '/\\bé/',
  '/x|9/',
);
const named = fc.constantFrom(
  'type:price',
  'type:PRICE',
  'type:p*',
  'type:*',
  'type:*%*',
  'id:4*',
  'id:42',
  "id:*'*",
  'kind:event',
  'kind:comment',
  'size>2',
  'size!=0',
  'size<=1kB',
  'gap>3',
  'gap<=2s',
  'gap!=7',
  'exchange:1',
  'exchange:2',
);
const quoted = word.map((one) => (/["\s]/.test(one) ? one : `"${one}"`));
export const filterText = fc
  .array(
    fc
      .tuple(fc.oneof(word, quoted, json, regex, named), fc.boolean())
      .map(([one, no]) => (no ? `-${one}` : one)),
    { minLength: 1, maxLength: 3 },
  )
  .map((terms) => terms.join(' '));

const says = fc.oneof(
  fc.constantFrom(
    '{"n":7,"s":"Ada","l":["a","b"],"o":{"k":1},"t":true,"none":null}',
    '{"n":"7","s":"it\'s","a.b":1,"a/b~c":1,"\'":1,"l":[]}',
    '{"n":6.5,"s":1}',
    '[1,2]',
    '7',
    '"needle"',
    '{"n":',
    '',
    'a\nb',
    'a\r\nb',
    'NEEDLE',
    'it\'s 1 \\ "one" -- ; /* */ $1',
    'É',
    'é',
    '新 99 %_',
  ),
  fc.string({ unit: fc.constantFrom('a', '9', ' ', '"', "'", '\\', 'é', '{', '}', ':', '\n'), maxLength: 8 }),
);
const entry = fc.record({
  kind: fc.constantFrom(EntryKind.event, EntryKind.comment, EntryKind.incomplete),
  type: fc.constantFrom('price', 'Price', 'message', "o'x", '50%', '', 'a\\b'),
  id: fc.constantFrom('', '42', "4'2", '9\\', 'é'),
  size: fc.nat(2000),
  gap: fc.option(fc.nat(3000), { nil: undefined }),
  exchange: fc.integer({ min: 1, max: 2 }),
  text: says,
});
export const filteredEntries: fc.Arbitrary<FilteredEntry[]> = fc.array(entry, {
  minLength: 8,
  maxLength: 30,
});

/** Of the rows. */
export const ENDPOINT = "GET it's.example/\\:id";

/** Entries as rows of the table `records`. */
export function asRecords(entries: readonly FilteredEntry[]): Record<string, Value[]> {
  const rows = entries.map(
    (one, i): Record<string, Value> => ({
      day: 19_000,
      host: 'x',
      session: 's',
      stream: 's/1',
      endpoint: ENDPOINT,
      release: '',
      exchange: `s/1/${one.exchange}`,
      connection: one.exchange,
      ordinal: i,
      n: i + 1,
      arrived_at: 1_700_000_000_000 + i,
      gap_ms: one.gap ?? null,
      kind: KINDS[one.kind],
      type: one.type,
      event_id: one.id,
      size: one.size,
      retry_ms: null,
      problem: null,
      data: one.text,
    }),
  );
  return Object.fromEntries(tableColumnsOf(RECORDS).map(([name]) => [name, rows.map((row) => row[name]!)]));
}
