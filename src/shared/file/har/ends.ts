import type { EndCause } from '../../session/types.ts';

/** The causes of an end that a file may name. */
export const ENDS: readonly EndCause[] = ['end', 'error', 'disconnect', 'close', 'abort', 'cancel', 'unload'];
