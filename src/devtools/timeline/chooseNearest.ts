import type { PanelData } from '../data/panelData.ts';
import type { RowsStore } from '../events/rowsStore.ts';
import { showEntry } from '../events/showEntry.ts';
import type { Lane } from './model/lane.ts';

/** Chooses the entry nearest to a time, of the stream that a lane shows there. */
export async function chooseNearest(
  data: PanelData,
  rows: RowsStore,
  lane: Lane | undefined,
  time: number,
): Promise<void> {
  if (!lane) return;
  const at = lane.streams.findLast(({ openedAt }) => openedAt <= time) ?? lane.streams[0]!;
  const n = await data.query.ask('nearest', [at.id, time]).catch(() => -1);
  if (n < 0) data.chooseStream(at.id);
  else showEntry(data, rows, at.id, n);
}
