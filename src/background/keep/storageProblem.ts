/**
 * Why nothing can be written: `full` when the disk or the browser's storage for this extension is full, `unavailable`
 * for any other failure of the database. A failure that is neither is a fault of our own.
 */
export type StorageProblemCode = 'full' | 'unavailable';

/** Names of the `DOMException`s with which IndexedDB refuses what is right in itself. */
const UNAVAILABLE = new Set([
  'AbortError',
  'InvalidStateError',
  'NotFoundError',
  'NotReadableError',
  'TimeoutError',
  'TransactionInactiveError',
  'UnknownError',
  'VersionError',
]);

/** Undefined for an error that the storage has nothing to do with. */
export function storageProblemOf(error: unknown): StorageProblemCode | undefined {
  const name = (error as { name?: unknown } | undefined)?.name;
  if (name === 'QuotaExceededError') return 'full';
  return typeof name === 'string' && UNAVAILABLE.has(name) ? 'unavailable' : undefined;
}

/** What a person reads of it. */
export function storageProblemText(code: StorageProblemCode): string {
  return code === 'full'
    ? 'The disk or the browser’s storage for this extension is full.'
    : 'The browser’s storage does not take anything.';
}
