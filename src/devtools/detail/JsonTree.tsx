import { useState } from 'preact/hooks';
import { decodeNested } from './decodeNested.ts';

/** Children of one node that are shown before a click asks for more. */
const PAGE = 100;
/** Characters of a string that are shown in one piece. */
const LONG_STRING = 2000;

/** A JSON value as a tree. Only what is unfolded is in the page. */
export function JsonTree({ value }: { value: unknown }) {
  return (
    <div class="json" role="tree" aria-label="Data as JSON">
      <Node name={undefined} value={value} open={true} depth={1} />
    </div>
  );
}

function Node({
  name,
  value,
  open,
  depth,
}: {
  name: string | undefined;
  value: unknown;
  open: boolean;
  depth: number;
}) {
  const [unfolded, setUnfolded] = useState(open);
  const [shown, setShown] = useState(PAGE);
  if (typeof value !== 'object' || value === null) {
    const nested = typeof value === 'string' ? decodeNested(value) : undefined;
    return (
      <>
        <div class="json-row" role="treeitem" aria-level={depth} style={{ '--depth': depth }}>
          <Name name={name} />
          <Leaf value={value} />
        </div>
        {nested && <Node name={`↳ ${nested.how}`} value={nested.value} open={false} depth={depth + 1} />}
      </>
    );
  }
  const entries = Object.entries(value);
  const isArray = Array.isArray(value);
  return (
    <div role="treeitem" aria-expanded={unfolded} aria-level={depth}>
      <button
        type="button"
        class="json-row fold"
        style={{ '--depth': depth }}
        onClick={() => setUnfolded(!unfolded)}
      >
        <span class="arrow" aria-hidden="true">
          {unfolded ? '▾' : '▸'}
        </span>
        <Name name={name} />
        <span class="json-summary">
          {isArray ? `Array (${entries.length})` : unfolded ? '{…}' : summary(entries)}
        </span>
      </button>
      {unfolded && (
        <div role="group">
          {entries.slice(0, shown).map(([key, child]) => (
            <Node
              key={key}
              name={key}
              value={child}
              open={depth < 2 && entries.length <= 20}
              depth={depth + 1}
            />
          ))}
          {entries.length > shown && (
            <button
              type="button"
              class="json-row more"
              style={{ '--depth': depth + 1 }}
              onClick={() => setShown(shown + PAGE * 10)}
            >
              {entries.length - shown} more …
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Name({ name }: { name: string | undefined }) {
  return name === undefined ? null : (
    <>
      <span class="json-name">{name}</span>
      <span class="json-colon">: </span>
    </>
  );
}

function Leaf({ value }: { value: unknown }) {
  const [whole, setWhole] = useState(false);
  if (typeof value !== 'string')
    return <span class={`json-${value === null ? 'null' : typeof value}`}>{String(value)}</span>;
  const text = JSON.stringify(whole ? value : value.slice(0, LONG_STRING));
  return (
    <span class="json-string">
      {text}
      {!whole && value.length > LONG_STRING && (
        <button type="button" class="more" onClick={() => setWhole(true)}>
          {value.length - LONG_STRING} more characters …
        </button>
      )}
    </span>
  );
}

function summary(entries: [string, unknown][]): string {
  const names = entries.slice(0, 4).map(([key]) => key);
  return `{${names.join(', ')}${entries.length > 4 ? ', …' : ''}}`;
}
