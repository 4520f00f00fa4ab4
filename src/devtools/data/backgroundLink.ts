import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { BackgroundToPanel, PanelToBackground, TabStatus } from '../../shared/protocol/panelLink.ts';
import { keepLinked } from '../../shared/protocol/reconnect.ts';
import type { Wire } from '../../shared/protocol/wire.ts';

/** The panel's link to the background. It is made again when it breaks. */
export interface BackgroundLink {
  /** `gone`: the extension was reloaded or removed, and this panel will never be linked again. */
  state: ReadonlySignal<'connecting' | 'open' | 'gone'>;
  status: ReadonlySignal<TabStatus | undefined>;
  /** Recording stopped for want of storage, and has gone on. The view sets it to false when the user has read that. */
  recovered: ReadonlySignal<boolean>;
  forgetRecovery(): void;
  /** A command that is given while the link is being made again goes when it is made. */
  send(command: PanelToBackground): void;
  /** The wire of now; undefined while there is none. */
  wire(): Wire<PanelToBackground, BackgroundToPanel> | undefined;
  /** Makes the link: once, when those who are told by `on` are ready. */
  open(on: LinkEvents): void;
}

/** What the background announces, and what happens to the link. */
export interface LinkEvents {
  /** The link was made, again or for the first time: what was announced before it is unknown. */
  linked(): void;
  broken(): void;
  statusChanged(): void;
  sessionsChanged(): void;
  /** Records of a session have changed, by ids. */
  sessionChanged(session: string, streams: string[], exchanges: string[]): void;
  importWritten(session: string, problem: string): void;
}

/**
 * @param connect - opens a port to the background; undefined when the extension is gone
 * @param watchedTab - the tab to look at; -1 for a panel that shows stored sessions only
 */
export function createBackgroundLink(
  connect: () => Wire<PanelToBackground, BackgroundToPanel> | undefined,
  watchedTab: number,
): BackgroundLink {
  const state = signal<'connecting' | 'open' | 'gone'>('connecting');
  const status = signal<TabStatus | undefined>(undefined);
  const recovered = signal(false);
  /** Commands of the user that were given while there was no link. */
  let waiting: PanelToBackground[] = [];
  let wire: () => Wire<PanelToBackground, BackgroundToPanel> | undefined = () => undefined;

  function receive(message: BackgroundToPanel, on: LinkEvents): void {
    switch (message.type) {
      case 'TabChanged': {
        const failed = status.value?.storageProblem ?? '';
        batch(() => {
          state.value = 'open';
          status.value = message.status;
          recovered.value = message.status.storageProblem === '' && (failed !== '' || recovered.value);
        });
        on.statusChanged();
        return;
      }
      case 'ImportWritten':
        on.importWritten(message.session, message.problem);
        return;
      case 'SessionsChanged':
        on.sessionsChanged();
        return;
      default:
        on.sessionChanged(message.session, message.streams, message.exchanges);
    }
  }

  return {
    state,
    status,
    recovered,
    forgetRecovery() {
      recovered.value = false;
    },
    send(command) {
      const to = wire();
      if (to) to.post(command);
      else if (state.value !== 'gone') waiting.push(command);
    },
    wire: () => wire(),
    open(on) {
      wire = keepLinked<PanelToBackground, BackgroundToPanel>(
        connect,
        (made) => {
          made.listen((message) => receive(message, on));
          made.post({ type: 'WatchTab', tab: watchedTab });
          for (const command of waiting) made.post(command);
          waiting = [];
          on.linked();
        },
        (forGood) => {
          if (forGood) state.value = 'gone';
          on.broken();
        },
      );
    },
  };
}
