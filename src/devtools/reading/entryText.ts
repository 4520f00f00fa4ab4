import {
  type EntryRow,
  entryBytes,
  entryData,
  type SegmentSource,
} from '../../shared/segment/readSegment.ts';
import type { Segment } from '../../shared/segment/segment.ts';
import { readBlock } from '../../shared/sse/readEvent.ts';
import { EntryKind, type ProblemKind } from '../../shared/sse/types.ts';
import { PROBLEM_TEXTS } from './entryWords.ts';

/** What an entry says, in full. */
export async function entryText(
  segment: Segment,
  i: number,
  row: EntryRow,
  source: SegmentSource,
): Promise<string> {
  switch (row.kind) {
    case EntryKind.event:
    case EntryKind.incomplete:
      return entryData(segment, i, source);
    case EntryKind.comment:
      return readBlock(await entryBytes(segment, i, source), row.start === 0).fields[0]?.value ?? '';
    case EntryKind.retry:
      return `${row.value} ms`;
    case EntryKind.problem:
      return PROBLEM_TEXTS[row.value as ProblemKind];
  }
}
