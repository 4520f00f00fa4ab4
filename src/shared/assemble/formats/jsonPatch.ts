import { isObject, type JsonObject, object, string } from '../build/json.ts';

/**
 * Applies a JSON Patch (RFC 6902) to a copy. An operation that does not fit is left out: what the stream says is not repaired.
 */
export function applyJsonPatch(document: unknown, operations: readonly unknown[]): unknown {
  const root: JsonObject = { document: structuredClone(document) };
  for (const operation of operations.map(object)) applyOne(root, operation);
  return root.document;
}

function applyOne(root: JsonObject, { op, path, from, value }: JsonObject): void {
  const target = placeOf(root, string(path));
  if (!target) return;
  switch (op) {
    case 'add':
      put(target, value, true);
      return;
    case 'replace':
      put(target, value, false);
      return;
    case 'remove':
      take(target);
      return;
    case 'copy':
    case 'move': {
      const source = placeOf(root, string(from));
      if (!source) return;
      const moved = structuredClone(read(source));
      if (op === 'move') take(source);
      put(target, moved, true);
    }
  }
}

interface Place {
  parent: JsonObject | unknown[];
  key: string;
}

/** "The reference tokens are separated by `/`; `~1` is `/`, and `~0` is `~`." (RFC 6901) */
function placeOf(root: JsonObject, path: string): Place | undefined {
  const keys = ['document', ...path.split('/').slice(1)].map((key) =>
    key.replaceAll('~1', '/').replaceAll('~0', '~'),
  );
  if (keys.includes('__proto__')) return undefined;
  let parent: unknown = root;
  for (const key of keys.slice(0, -1))
    parent = isObject(parent) ? parent[key] : Array.isArray(parent) ? parent[Number(key)] : undefined;
  return isObject(parent) || Array.isArray(parent) ? { parent, key: keys.at(-1)! } : undefined;
}

function read({ parent, key }: Place): unknown {
  return Array.isArray(parent) ? parent[Number(key)] : parent[key];
}

function put({ parent, key }: Place, value: unknown, insert: boolean): void {
  if (!Array.isArray(parent)) {
    parent[key] = value;
    return;
  }
  const index = key === '-' ? parent.length : Number(key);
  if (!Number.isInteger(index) || index < 0 || index > parent.length) return;
  parent.splice(index, insert ? 0 : 1, value);
}

function take({ parent, key }: Place): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}
