import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { groupLogically, type LogicalStream } from '../../shared/diagnosis/measures/logical.ts';
import type { TabStatus } from '../../shared/protocol/panelLink.ts';
import type { ExchangeOutline } from '../../shared/session/exchangeOutline.ts';
import { endedAt, isOver } from '../../shared/session/exchangeTimes.ts';
import type { Session, Stream } from '../../shared/session/types.ts';
import type { SessionData } from './sessionData.ts';

/** Which session and which stream are on show, and what belongs to them. */
export interface Selection {
  sessions: Signal<Session[]>;
  /** Those that the tab is not being recorded into. */
  otherSessions: ReadonlySignal<Session[]>;
  /** '' follows the tab; otherwise the session that was picked. */
  pickedSession: Signal<string>;
  pickedStream: Signal<string>;
  /** Id of the session on show; '' when there is none. */
  sessionId: ReadonlySignal<string>;
  /** The session on show, if its record is there yet. */
  session: ReadonlySignal<Session | undefined>;
  /** The session on show is being recorded. */
  live: ReadonlySignal<boolean>;
  stream: ReadonlySignal<Stream | undefined>;
  /** Of the chosen stream, in their order. */
  exchanges: ReadonlySignal<readonly ExchangeOutline[]>;
  /** The streams of the session by their purpose: those that follow one another are one. */
  groups: ReadonlySignal<readonly LogicalStream[]>;
  /** The streams that are one with the chosen one, by their purpose, in the order of their opening. */
  logical: ReadonlySignal<readonly Stream[]>;
}

const NO_EXCHANGES: readonly ExchangeOutline[] = [];

/** @param watchedTab - the tab to look at; -1 for a panel that shows stored sessions only */
export function createSelection(
  { streams, exchanges: allExchanges }: Pick<SessionData, 'streams' | 'exchanges'>,
  status: ReadonlySignal<TabStatus | undefined>,
  watchedTab: number,
): Selection {
  const sessions = signal<Session[]>([]);
  const pickedSession = signal('');
  const pickedStream = signal('');
  const sessionId = computed(() => pickedSession.value || status.value?.session || '');
  const session = computed(() => sessions.value.find((one) => one.id === sessionId.value));
  const stream = computed(
    () => streams.value.find((one) => one.id === pickedStream.value) ?? streams.value[0],
  );
  const groups = computed(() =>
    groupLogically(streams.value, (id) => {
      const last = allExchanges.value.get(id)?.findLast(isOver);
      return last && endedAt(last);
    }),
  );
  const tabSession = computed(() => (watchedTab < 0 ? undefined : status.value?.session));
  return {
    sessions,
    otherSessions: createOtherSessions(sessions, tabSession),
    pickedSession,
    pickedStream,
    sessionId,
    session,
    live: computed(() => session.value !== undefined && session.value.endedAt === undefined),
    stream,
    exchanges: computed(() => allExchanges.value.get(stream.value?.id ?? '') ?? NO_EXCHANGES),
    groups,
    logical: computed(() => {
      const chosen = stream.value;
      if (!chosen) return [];
      const own = groups.value.find((group) => group.streams.some(({ id }) => id === chosen.id));
      return own?.streams ?? [chosen];
    }),
  };
}

/** Equal records are the same list as before: a view that shows them need not be drawn again. */
function createOtherSessions(
  sessions: ReadonlySignal<Session[]>,
  tabSession: ReadonlySignal<string | undefined>,
): ReadonlySignal<Session[]> {
  let before = { list: [] as Session[], text: '[]' };
  return computed(() => {
    const list = sessions.value.filter(({ id }) => id !== tabSession.value);
    if (list.length === before.list.length && list.every((one, i) => one === before.list[i]))
      return before.list;
    const text = JSON.stringify(list);
    if (text !== before.text) before = { list, text };
    return before.list;
  });
}
