import { basename } from 'node:path';
import { bytesAsFile, openOnDisk } from '../file/fileOnDisk.ts';
import { type ReplaySession, readSession } from '../stage/replayStream.ts';
import type { Stage } from '../stage/stage.ts';

/** A path, or the bytes of a file with its name. */
export type SessionFile = string | { name: string; bytes: Uint8Array };

/** Reads session files, and puts them on the stage, numbered from 1. Throws a FileError with a sentence. */
export function createSessionAdder(stage: Stage): (file: SessionFile) => Promise<ReplaySession> {
  let sessions = 0;
  return async (file) => {
    const session = await readFrom(file, String(++sessions));
    stage.cast.add(session);
    return session;
  };
}

async function readFrom(given: SessionFile, id: string): Promise<ReplaySession> {
  if (typeof given !== 'string') return readSession(bytesAsFile(given.bytes), given.name, id);
  const file = await openOnDisk(given);
  try {
    return await readSession(file, basename(given), id);
  } finally {
    await file.close();
  }
}
