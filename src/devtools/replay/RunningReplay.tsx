import { Obstacles } from './Obstacles.tsx';
import { ReplayBar } from './ReplayBar.tsx';
import { ReplayClients } from './ReplayClients.tsx';
import { ReplayVerdicts } from './ReplayVerdicts.tsx';
import type { ReplayStore } from './replayStore.ts';
import { SendEvent } from './SendEvent.tsx';
import { useComparisons } from './useComparisons.ts';

/** A page that has not been served by then may be kept from it, ms. */
const PATIENCE = 3000;

/** A replay under way: how far it is, what can be done to it, and how near it comes to the original. */
export function RunningReplay({ replay }: { replay: ReplayStore }) {
  const link = replay.link.value;
  const active = replay.active.value!;
  const comparisons = useComparisons(replay, active);
  if (link.state !== 'connected') return null;
  const { status } = link;
  const clients = status.clients.filter(({ path }) => active.mock.streams.some((one) => one.path === path));
  const longest = active.mock.streams.reduce((most, { ms }) => Math.max(most, ms), 1);
  const position = clients.reduce((most, one) => Math.max(most, one.position), 0);
  // A stream that was asked for in vain has been recorded too, with nothing in it.
  const served = clients.length > 0 || comparisons.some(({ replay }) => replay && replay.bytes > 0);
  return (
    <>
      <ReplayBar replay={replay} status={status} position={position} longest={longest} />
      {!served && performance.now() - active.began > PATIENCE && (
        <Obstacles urls={active.redirected.map(({ url }) => url)} />
      )}
      <ReplayClients replay={replay} clients={clients} />
      <SendEvent replay={replay} />
      <ReplayVerdicts comparisons={comparisons} />
    </>
  );
}
