import { createBoundary } from './boundary.ts';
import { HeartbeatTimer } from './heartbeatTimer.ts';
import type { PlayerProgress, Sink } from './playerOptions.ts';

const HEARTBEAT = new TextEncoder().encode(':\n\n');

/** Writes to one client, and puts other blocks and heartbeats only between two blocks of the recording. */
export class BlockWriter {
  readonly #sink: Sink;
  readonly #boundary = createBoundary();
  readonly #heartbeat: HeartbeatTimer;
  #inserted: Uint8Array[] = [];
  /** The client does not take more for now. */
  isFull = false;
  readonly #progress: PlayerProgress;

  /**
   * @param progress - its bytes are counted here
   * @param heartbeat - ms without anything else after which a comment is sent; 0 for none
   * @param beats - whether heartbeats are sent now
   */
  constructor(sink: Sink, progress: PlayerProgress, heartbeat: number, beats: () => boolean) {
    this.#sink = sink;
    this.#progress = progress;
    this.#heartbeat = new HeartbeatTimer(heartbeat, () => {
      if (this.isBetweenBlocks && beats()) this.write(HEARTBEAT, 0);
      else this.#heartbeat.beat();
    });
  }

  get isBetweenBlocks(): boolean {
    return this.#boundary.isThere;
  }

  /** Heartbeats begin. */
  start(): void {
    this.#heartbeat.beat();
  }

  stop(): void {
    this.#heartbeat.stop();
  }

  /** @param blockEnd - where the last block ends in the bytes; 0 when none does */
  write(bytes: Uint8Array, blockEnd: number): void {
    this.#progress.bytes += bytes.length;
    this.#boundary.written(bytes, blockEnd);
    if (!this.#sink.write(bytes)) this.isFull = true;
    this.#heartbeat.beat();
  }

  /** A block of somebody else, which is written once {@link writeInserted} finds a place for it. */
  insert(block: Uint8Array): void {
    this.#inserted.push(block);
  }

  writeInserted(): void {
    while (this.isBetweenBlocks && this.#inserted.length > 0) this.write(this.#inserted.shift()!, 0);
  }
}
