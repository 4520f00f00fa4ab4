import type { PanelData } from '../data/panelData.ts';
import { MockConnection } from './MockConnection.tsx';
import { ReplayChoice } from './ReplayChoice.tsx';
import { RunningReplay } from './RunningReplay.tsx';
import type { ReplayStore } from './replayStore.ts';

/** Plays the session on show back into the page, by the mock server. */
export interface ReplayViewProps {
  data: PanelData;
  replay: ReplayStore;
  hasTab: boolean;
}

export function ReplayView({ data, replay, hasTab }: ReplayViewProps) {
  const { link, active, problem } = replay;
  const redirectProblem = data.link.status.value?.redirectProblem ?? '';
  return (
    <div
      class="page replay"
      role="tabpanel"
      tabIndex={0}
      aria-label="Replay"
      data-redirected={data.link.status.value?.redirected.length ?? 0}
    >
      <MockConnection replay={replay} />
      {(problem.value || redirectProblem) && (
        <p class="head-error" role="alert">
          {problem.value || redirectProblem}
        </p>
      )}
      {link.value.state === 'connected' &&
        (active.value ? (
          <RunningReplay replay={replay} />
        ) : (
          <ReplayChoice data={data} replay={replay} hasTab={hasTab} />
        ))}
    </div>
  );
}
