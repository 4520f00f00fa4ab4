import type { RedirectedStream } from '../../shared/protocol/panelLink.ts';
import { createSerialQueue } from '../keep/serialQueue.ts';

type Rules = typeof chrome.declarativeNetRequest;
type Rule = chrome.declarativeNetRequest.Rule;

/** Sends requests of a tab elsewhere, by rules of the browser that hold for this tab alone. */
export interface Redirects {
  /** Instead of what was redirected before. Answers what is wrong, in a sentence; '' when nothing is. */
  set(tab: number, streams: readonly RedirectedStream[]): Promise<string>;
  /** An `EventSource` has been sent to this address. */
  isEventSource(to: string): boolean;
  of(tab: number): { streams: RedirectedStream[]; problem: string };
}

/** RE2, in which the browsers match, has no more meaning for other signs. */
const SPECIAL = /[\\^$.*+?()[\]{}|]/g;

export function createRedirects(rules: Rules | undefined): Redirects {
  const tabs = new Map<number, { ids: number[]; streams: RedirectedStream[]; problem: string }>();
  let nextId = 1;
  // The browser answers later: whoever asks next needs to know what it did.
  const queue = createSerialQueue();
  void queue.add(() => clearAll(rules)).catch(() => {});

  async function replace(tab: number, streams: readonly RedirectedStream[]): Promise<string> {
    const before = tabs.get(tab);
    if (!before && streams.length === 0) return '';
    if (!rules) return 'This browser cannot redirect requests.';
    const ids = streams.map(() => nextId++);
    let problem = '';
    try {
      await rules.updateSessionRules({
        removeRuleIds: before?.ids ?? [],
        addRules: streams.map((stream, i) => ruleOf(ids[i]!, tab, stream)),
      });
    } catch (error) {
      problem = `The browser does not take the redirection: ${(error as Error).message}`;
      await rules.updateSessionRules({ removeRuleIds: before?.ids ?? [] }).catch(() => {});
    }
    tabs.set(tab, problem ? { ids: [], streams: [], problem } : { ids, streams: [...streams], problem: '' });
    return problem;
  }

  return {
    set: (tab, streams) => queue.add(() => replace(tab, streams)),
    isEventSource: (to) =>
      [...tabs.values()].some(({ streams }) =>
        streams.some((one) => one.to === to && one.transport === 'EventSource'),
      ),
    of: (tab) => tabs.get(tab) ?? { streams: [], problem: '' },
  };
}

/** Nobody watches over what is left of a former run: a panel that is still there asks for it again. */
async function clearAll(rules: Rules | undefined): Promise<void> {
  const left = await rules?.getSessionRules();
  if (left && left.length > 0) await rules?.updateSessionRules({ removeRuleIds: left.map(({ id }) => id) });
}

function ruleOf(id: number, tab: number, { url, method, to }: RedirectedStream): Rule {
  const [address = ''] = url.split('#');
  return {
    id,
    priority: 1,
    action: { type: 'redirect', redirect: { url: to } },
    condition: {
      regexFilter: `^${address.replace(SPECIAL, '\\$&')}$`,
      isUrlFilterCaseSensitive: true,
      requestMethods: [method.toLowerCase()],
      resourceTypes: ['xmlhttprequest', 'other'],
      tabIds: [tab],
    },
  } as Rule;
}
