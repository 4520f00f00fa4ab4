import type { DevtoolsToBackground } from '../../src/shared/protocol/devtoolsLink.ts';
import { startLife } from './browserApi.ts';
import { openDocument, type SimulatedDocument } from './document.ts';
import { connectPorts } from './wirePorts.ts';
import { latency, type World } from './world.ts';

/** Starts the background, and opens DevTools on each tab. */
export function begin(partial: Omit<World, 'life'>, tabs: number): World {
  const world = partial as World;
  for (let id = 1; id <= tabs; id++) {
    world.tabs.set(id, { id, document: undefined, debugged: false, network: false });
    navigate(world, id, false);
  }
  world.life = startLife(world);
  for (let id = 1; id <= tabs; id++) openDevtools(world, id, false);
  return world;
}

function openDevtools(world: World, tab: number, again: boolean): void {
  const sender = { url: 'chrome-extension://x/devtools.html' };
  const id = `devtools.${tab}.${world.nextId()}`;
  const { here, there, cut } = connectPorts(world.scheduler, id, 'devtools', sender, () => latency(world));
  world.ports.add(() => cut('there'));
  world.scheduler.post(`up:${id}`, () => world.life.connect(there), latency(world));
  here.postMessage({ type: 'DevtoolsOpened', tab, again } satisfies DevtoolsToBackground);
  here.onDisconnect.addListener(() => openDevtools(world, tab, true));
}

/** Puts another document into the main frame of a tab. */
function navigate(world: World, tab: number, report = true): SimulatedDocument {
  const { scheduler } = world;
  for (const document of world.documents) if (document.tab === tab) document.unload();
  const document = openDocument(world, tab, 0, '');
  world.tabs.get(tab)!.document = document;
  const details = {
    tabId: tab,
    frameId: 0,
    url: document.url,
    documentId: document.documentId,
    documentLifecycle: 'active',
    timeStamp: scheduler.wall,
  };
  if (report) scheduler.post('navigation', () => world.life.emit('onCommitted', details), latency(world));
  return document;
}

function kill(world: World): void {
  world.trace?.('kill');
  world.life.dead = true;
  for (const document of world.documents) document.backgroundKilled();
  for (const cut of world.ports) cut();
  world.ports.clear();
  world.life = startLife(world);
}

/** One thing that a user, a page, or bad luck does. */
export function act(world: World): void {
  const { random, profile, scheduler } = world;
  const tab = random.pick([...world.tabs.values()]);
  const document = tab.document!;
  if (random.chance(profile.kills)) {
    kill(world);
    return;
  }
  if (random.chance(profile.failures)) {
    world.storageFails = world.storageFails
      ? false
      : random.pick(['QuotaExceededError', 'AbortError'] as const);
    return;
  }
  if (profile.clockJumps && random.chance(0.05)) {
    scheduler.setClock(random.pick([3_600_000, -3_600_000, 250, -250, 90]));
    return;
  }
  if (random.chance(profile.drops)) {
    random.pick(world.documents).dropPort();
    return;
  }
  const what = random.next();
  if (what < 0.55) document.open();
  else if (what < 0.65) document.openWorkerStream();
  else if (what < 0.75) openDocument(world, tab.id, world.nextId(), document.page).open();
  else if (what < 0.9) {
    const next = navigate(world, tab.id);
    if (random.chance(0.7)) next.open();
  } else if (document.streams.length > 0) document.close(random.pick(document.streams));
}
