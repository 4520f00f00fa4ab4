import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { emptyRecords } from '../../simulate/memoryStore.ts';
import { type FakePort, newBrowserState, OWN, startLife } from '../../support/fakeBrowser.ts';
import { batch, bytes, opened } from '../../support/recordedFacts.ts';

const PANEL = { url: `${OWN}src/devtools/shell/panel.html?tab=1` };
const DEVTOOLS = { url: `${OWN}src/devtools/shell/devtools.html` };
const BRIDGE = { url: 'http://a.test/', tab: { id: 1 }, frameId: 0, documentId: 'A' };
/** Later than every pause of the background, ms. */
const LONG = 30_000;

const statusOf = ({ received }: FakePort) => received.findLast(({ type }) => type === 'TabChanged')?.status;

/** A background, with DevTools and a panel open on tab 1. */
async function openPanel(state = newBrowserState()) {
  const life = startLife(state);
  const devtools = life.connect('devtools', DEVTOOLS);
  devtools.send({ type: 'DevtoolsOpened', tab: 1, again: false });
  const panel = life.connect('panel', PANEL);
  panel.send({ type: 'WatchTab', tab: 1 });
  await state.clock.idle();
  return { state, life, devtools, panel };
}

/** A document that has connected; answers its port. */
async function connectDocument({ state, life }: Awaited<ReturnType<typeof openPanel>>): Promise<FakePort> {
  const bridge = life.connect('document', BRIDGE);
  const beganAt = state.clock.wall();
  bridge.send({
    type: 'DocumentConnected',
    document: 'd',
    url: 'http://a.test/',
    title: '',
    top: true,
    beganAt,
  });
  await state.clock.idle();
  return bridge;
}

const redirection = (to: string) => ({
  type: 'RedirectStreams',
  streams: [{ url: 'http://a.test/events', method: 'GET', transport: 'EventSource', to }],
  reload: false,
});

describe('who may speak to the background', () => {
  test.each([
    ['panel', 'http://a.test/'],
    ['panel', 'chrome-extension://other/src/devtools/shell/panel.html'],
    ['panel', `http://a.test/?${OWN}`],
    ['panel', undefined],
    ['devtools', 'http://a.test/'],
    ['anything', PANEL.url],
  ])('not a port named %s from %s', async (name, url) => {
    const { state, life } = await openPanel();
    const port = life.connect(name, { ...BRIDGE, url });
    expect(port.refused).toBe(true);
    port.send({ type: 'WatchTab', tab: 1 });
    port.send({ type: 'StopRecording' });
    await state.clock.idle();
    expect(port.received).toEqual([]);
  });

  test('its own pages, and the bridges of any page', async () => {
    const { life, panel, devtools } = await openPanel();
    const bridge = life.connect('document', BRIDGE);
    expect([panel, devtools, bridge].map(({ refused }) => refused)).toEqual([false, false, false]);
  });
});

describe('a tab with DevTools', () => {
  test('that the user has stopped stays stopped when the background was restarted', async () => {
    const { state, panel } = await openPanel();
    expect(statusOf(panel)).toMatchObject({ recording: true });
    panel.send({ type: 'StopRecording' });
    await state.clock.idle();
    const life = startLife(state);
    const devtools = life.connect('devtools', DEVTOOLS);
    devtools.send({ type: 'DevtoolsOpened', tab: 1, again: true });
    const again = life.connect('panel', PANEL);
    again.send({ type: 'WatchTab', tab: 1 });
    await state.clock.advance(LONG);
    expect(statusOf(again)).toMatchObject({ recording: false });
    // Opened anew by the user, they record again.
    devtools.close();
    life.connect('devtools', DEVTOOLS).send({ type: 'DevtoolsOpened', tab: 1, again: false });
    await state.clock.idle();
    expect(statusOf(again)).toMatchObject({ recording: true });
  });

  test('goes on in its session after a restart, and ends it when they do not come back', async () => {
    const { state, panel } = await openPanel();
    const { session } = statusOf(panel)!;
    const life = startLife(state);
    const again = life.connect('panel', PANEL);
    again.send({ type: 'WatchTab', tab: 1 });
    await state.clock.idle();
    expect(statusOf(again)).toMatchObject({ recording: true, session });
    await state.clock.advance(LONG);
    expect(statusOf(again)).toMatchObject({ recording: false, session });
  });

  test('in a private window is not recorded, and the panel says so', async () => {
    const state = newBrowserState();
    state.tabs.set(1, { url: 'http://a.test/', title: '', incognito: true });
    const { life, panel } = await openPanel(state);
    expect(statusOf(panel)).toMatchObject({ recording: false, private: true });
    panel.send({ type: 'StartRecording' });
    const bridge = await connectDocument({ state, life, panel, devtools: panel });
    bridge.send(batch('', 1, opened(1, 1)));
    await state.clock.advance(LONG);
    expect(bridge.received.map(({ type }) => type)).toEqual(['Sleep']);
    expect(state.records).toEqual(emptyRecords());
  });

  test('tells both of its panels, and goes on when one is closed', async () => {
    const opened = await openPanel();
    const { state, life, panel } = opened;
    const second = life.connect('panel', PANEL);
    second.send({ type: 'WatchTab', tab: 1 });
    second.send({ type: 'SetPreserve', preserve: true });
    await state.clock.idle();
    expect([panel, second].map((one) => statusOf(one)?.preserve)).toEqual([true, true]);
    panel.close();
    await connectDocument(opened);
    expect(statusOf(second)).toMatchObject({ recording: true, preserve: true });
  });
});

describe('a failure of the storage', () => {
  test('is told to the panel, with the reason, and taken back when writing works', async () => {
    const all = await openPanel();
    const { state, panel } = all;
    const bridge = await connectDocument(all);
    const { session } = statusOf(panel)!;
    state.failure = 'QuotaExceededError';
    bridge.send(batch(session, 1, opened(1, 1, { transport: 'fetch' }), bytes(1, 1, 'data: a\n\n')));
    await state.clock.advance(LONG);
    expect(statusOf(panel)?.storageProblem).toMatch(/full/);
    expect(bridge.received.map(({ type }) => type)).toEqual(['Record']);
    state.failure = '';
    await state.clock.advance(LONG);
    expect(statusOf(panel)).toMatchObject({ storageProblem: '', recording: true });
    expect(bridge.received.map(({ type }) => type)).toEqual(['Record', 'Forget']);
    expect(state.records.exchanges.size).toBe(1);
  });
});

describe('a budget that is used up by what may not go', () => {
  test('stops the recording with the reason, which is taken back when there is room', async () => {
    const { state, panel } = await openPanel();
    const pinned = {
      id: 'p',
      url: '',
      title: '',
      startedAt: 1,
      endedAt: 2,
      streams: 0,
      events: 0,
      lost: 0,
      pinned: true,
    };
    state.records.sessions.set('p', { ...pinned, bytes: 0, stored: 64 << 20 });
    panel.send({ type: 'SetBudget', bytes: 16 << 20 });
    await state.clock.idle();
    expect(statusOf(panel)).toMatchObject({
      recording: false,
      storageProblem: expect.stringContaining('used up'),
    });
    panel.send({ type: 'DeleteSession', session: 'p' });
    await state.clock.idle();
    expect(statusOf(panel)).toMatchObject({ recording: false, storageProblem: '' });
    panel.send({ type: 'StartRecording' });
    await state.clock.idle();
    expect(statusOf(panel)?.recording).toBe(true);
  });
});

describe('redirections of a panel', () => {
  test('go when the panel closes while they are being made', async () => {
    const { state, panel } = await openPanel();
    let made!: () => void;
    state.rulesChange = new Promise((resolve) => {
      made = resolve;
    });
    panel.send(redirection('http://mock.test/1'));
    await state.clock.idle();
    panel.close();
    await state.clock.idle();
    made();
    await state.clock.idle();
    expect(state.rules.size).toBe(0);
  });

  test('are not made for a panel that is closed before the background has started', async () => {
    const state = newBrowserState();
    const panel = startLife(state).connect('panel', PANEL);
    panel.send({ type: 'WatchTab', tab: 1 });
    panel.send(redirection('http://mock.test/1'));
    panel.close();
    await state.clock.idle();
    expect(state.rules.size).toBe(0);
  });

  test('are the last ones, when the panel asks for others while they are being made', async () => {
    const { state, panel } = await openPanel();
    let made!: () => void;
    state.rulesChange = new Promise((resolve) => {
      made = resolve;
    });
    panel.send(redirection('http://mock.test/1'));
    panel.send(redirection('http://mock.test/2'));
    await state.clock.idle();
    made();
    await state.clock.idle();
    expect([...state.rules.values()]).toMatchObject([
      { action: { redirect: { url: 'http://mock.test/2' } } },
    ]);
    panel.close();
    await state.clock.idle();
    expect(state.rules.size).toBe(0);
  });

  test('of an earlier life of the background go when it starts', async () => {
    const { state, panel } = await openPanel();
    panel.send(redirection('http://mock.test/1'));
    await state.clock.idle();
    expect(state.rules.size).toBe(1);
    startLife(state);
    await state.clock.idle();
    expect(state.rules.size).toBe(0);
  });
});
