import { FROM_THE_START, type Start, startAfter } from '../../shared/replay/resume.ts';
import type { Track } from '../../shared/replay/track.ts';
import type { ReplaySession, ReplayStream } from './replayStream.ts';

/** How reconnections are answered. */
export type ReconnectMode = 'as-recorded' | 'resume';
/** What somebody gets who comes back after the end of a stream: nothing any more, or all of it again. */
export type WhenOver = '204' | 'again';

/** What one request gets. */
export interface Part {
  stream: ReplayStream;
  /** Which of the stream's connections, from 1. */
  number: number;
  track: Track;
  start: Start;
  /**
   * The server ended it; not so when the client went before.
   *
   * @param isCut - by a fault, before all had been played
   */
  finished(isCut: boolean): void;
  /** The client went. */
  left(): void;
}

interface Role {
  stream: ReplayStream;
  /** Of the connection that comes next. */
  next: number;
  /** Clients at it now. */
  playing: number;
  /** It has been played to its end, and nobody has been told. */
  over: boolean;
  /** The last one was ended by us: the client comes again. */
  expected: boolean;
}

/** Says which recorded response a request gets: each stream has its place, and one client at a time. */
export class Cast {
  readonly #sessions = new Map<string, ReplaySession>();
  readonly #roles = new Map<string, Role[]>();

  get sessions(): ReplaySession[] {
    return [...this.#sessions.values()];
  }

  add(session: ReplaySession): void {
    this.remove(session.id);
    this.#sessions.set(session.id, session);
    for (const stream of session.streams) {
      if (stream.connections.length === 0) continue;
      const key = keyOf(stream.method, stream.path);
      const role = { stream, next: 0, playing: 0, over: false, expected: false };
      this.#roles.set(key, [...(this.#roles.get(key) ?? []), role]);
    }
  }

  remove(id: string): boolean {
    const session = this.#sessions.get(id);
    if (!session) return false;
    this.#sessions.delete(id);
    const gone = new Set(session.streams);
    for (const [key, roles] of this.#roles) {
      const left = roles.filter(({ stream }) => !gone.has(stream));
      if (left.length > 0) this.#roles.set(key, left);
      else this.#roles.delete(key);
    }
    return true;
  }

  /** Everything begins again with the next requests. */
  rewind(): void {
    for (const role of [...this.#roles.values()].flat())
      Object.assign(role, { next: 0, over: false, expected: false });
  }

  /** The methods with which this path is served. */
  methodsAt(path: string): string[] {
    return [...this.#roles.keys()]
      .filter((key) => key.slice(key.indexOf(' ') + 1) === path)
      .map((key) => key.slice(0, key.indexOf(' ')));
  }

  originsAt(path: string): string[] {
    return this.methodsAt(path).flatMap((method) =>
      this.#roles.get(keyOf(method, path))!.flatMap(({ stream }) => stream.origins),
    );
  }

  /**
   * The response to a request; undefined when nothing is served there, 'over' when the stream has come to its end.
   *
   * @param lastEventId - of the request; '' where it has none
   */
  take(
    method: string,
    path: string,
    lastEventId: string,
    mode: ReconnectMode,
    whenOver: WhenOver,
  ): Part | 'over' | undefined {
    const roles = this.#roles.get(keyOf(method, path));
    if (!roles) return undefined;
    const free = roles.filter(({ playing }) => playing === 0);
    const role =
      // Somebody who comes again: first where this ID stands in the stream, then where a client is expected.
      (lastEventId === ''
        ? undefined
        : free.find(({ stream }) => stream.joined().blockIds.includes(lastEventId))) ??
      free.find(({ expected }) => expected) ??
      // An EventSource comes back by itself after an end; a call that a page makes is a new one.
      free.find(({ over, stream }) => over && stream.transport === 'EventSource') ??
      free.find(({ next }) => next === 0) ??
      free[0] ??
      // More clients at once than were recorded: they share.
      roles[0]!;
    if (role.over && role.playing === 0) {
      Object.assign(role, { next: 0, over: false, expected: false });
      const comesBack = role.stream.transport === 'EventSource' || lastEventId !== '';
      if (whenOver === '204' && comesBack) return 'over';
    }
    return mode === 'resume' ? this.#resumed(role, lastEventId) : this.#recorded(role, lastEventId);
  }

  #recorded(role: Role, lastEventId: string): Part {
    const { stream } = role;
    // A client that left by itself, and has no ID, is another one: a page that was loaded again.
    if (!role.expected && lastEventId === '') role.next = 0;
    const number = Math.min(role.next, stream.connections.length - 1);
    role.expected = false;
    role.next = number + 1;
    return this.#part(role, number + 1, stream.connections[number]!.track, FROM_THE_START, (isCut) => {
      role.expected = isCut || role.next < stream.connections.length;
      role.over = !role.expected;
    });
  }

  #resumed(role: Role, lastEventId: string): Part {
    const track = role.stream.joined();
    role.expected = false;
    return this.#part(role, 1, track, startAfter(track, lastEventId) ?? FROM_THE_START, (isCut) => {
      role.expected = isCut;
      role.over = !isCut;
    });
  }

  #part(role: Role, number: number, track: Track, start: Start, finished: (isCut: boolean) => void): Part {
    role.playing++;
    let there = true;
    const leave = (): void => {
      if (there) role.playing--;
      there = false;
    };
    return {
      stream: role.stream,
      number,
      track,
      start,
      finished(isCut) {
        if (there) finished(isCut);
        leave();
      },
      left: leave,
    };
  }
}

function keyOf(method: string, path: string): string {
  return `${method} ${path}`;
}
