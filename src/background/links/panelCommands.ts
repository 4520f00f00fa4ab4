import type { BackgroundToPanel, PanelToBackground } from '../../shared/protocol/panelLink.ts';
import type { Wire } from '../../shared/protocol/wire.ts';
import type { Keep } from '../keep/keep.ts';
import type { Redirects } from '../replay/redirects.ts';
import type { Budget } from '../storage/budget.ts';
import type { Imports } from '../storage/imports.ts';
import type { Settings } from '../storage/settings.ts';
import type { Recording } from '../tabs/recording.ts';
import type { Panels } from './panels.ts';

/** What the commands of a panel are carried out with. */
export interface PanelTools {
  ready: Promise<Recording>;
  keep: Keep;
  panels: Panels;
  imports: Imports;
  redirects: Redirects;
  settings: Settings;
  budget: Budget;
  hasDevtools(tab: number): boolean;
  reload(tab: number): Promise<void>;
}

/** Carries out what a panel asks for, until its port closes. */
export function obeyPanel(wire: Wire<BackgroundToPanel, PanelToBackground>, tools: PanelTools): void {
  const { keep, panels, imports, redirects, settings, budget } = tools;
  let tab: number | undefined;
  let redirecting = false;
  let closed = false;

  async function redirect(
    recorder: Recording,
    tab: number,
    message: Command<'RedirectStreams'>,
  ): Promise<void> {
    redirecting = message.streams.length > 0;
    await redirects.set(tab, message.streams);
    // The panel was closed while the rules were made: nobody watches over them.
    if (closed) {
      await redirects.set(tab, []);
      return;
    }
    panels.tabChanged(recorder.state(tab));
    if (!message.reload || redirects.of(tab).problem !== '') return;
    await recorder.start(tab, by(tab));
    await tools.reload(tab);
  }

  async function remove(recorder: Recording, session: string): Promise<void> {
    recorder.forgetSession(session);
    await keep.deleteSession(session);
    await budget.look();
    panels.sessionsChanged();
  }

  function by(tab: number): 'devtools' | 'button' {
    return tools.hasDevtools(tab) ? 'devtools' : 'button';
  }

  wire.closed(() => {
    closed = true;
    void imports.gone(wire);
    if (redirecting && tab !== undefined) void redirects.set(tab, []);
  });

  wire.listen(async (message) => {
    const recorder = await tools.ready;
    if (message.type === 'WatchTab') {
      tab = message.tab;
      panels.add(wire, recorder.state(tab));
      return;
    }
    if (tab === undefined) return;
    switch (message.type) {
      case 'StartRecording':
        await recorder.start(tab, by(tab));
        break;
      case 'StopRecording':
        await recorder.stop(tab, 'panel');
        break;
      case 'SetBudget':
        await settings.setKeeping({ budget: message.bytes });
        panels.allChanged();
        await budget.look();
        break;
      case 'SetWhenFull':
        await settings.setKeeping({ whenFull: message.whenFull });
        panels.allChanged();
        await budget.look();
        break;
      case 'RedirectStreams':
        await redirect(recorder, tab, message);
        break;
      case 'SetRecordOnOpen':
        await settings.setKeeping({ recordOnOpen: message.on });
        panels.allChanged();
        break;
      case 'SetPreserve':
        recorder.setPreserve(tab, message.preserve);
        break;
      case 'SetWireTap':
        await settings.setWire(message.on);
        await recorder.setWire(message.on);
        break;
      case 'WriteImport':
        await imports.write(wire, message);
        break;
      case 'CancelImport':
        await imports.cancel(message.session);
        break;
      case 'DescribeSession': {
        const { type: _, session, ...said } = message;
        await keep.describe(session, bounded(said));
        panels.sessionsChanged();
        break;
      }
      case 'DeleteSession':
        if (recorder.states().some((state) => state.session === message.session)) break;
        await remove(recorder, message.session);
        break;
      case 'ClearSession': {
        const cleared = await recorder.clear(tab);
        if (!cleared) break;
        await remove(recorder, cleared);
        panels.tabChanged(recorder.state(tab));
        break;
      }
    }
  });
}

type Command<T extends PanelToBackground['type']> = Extract<PanelToBackground, { type: T }>;

/** Names and notes of a length that a person writes. */
function bounded({ name, note, pinned }: { name?: string; note?: string; pinned?: boolean }): {
  name?: string;
  note?: string;
  pinned?: boolean;
} {
  return {
    ...(name === undefined ? {} : { name: name.slice(0, 200) }),
    ...(note === undefined ? {} : { note: note.slice(0, 4000) }),
    ...(pinned === undefined ? {} : { pinned }),
  };
}
