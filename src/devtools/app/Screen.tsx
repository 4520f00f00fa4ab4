import type { ComponentChildren } from 'preact';
import type { PanelData } from '../data/panelData.ts';
import type { Situation } from './situation.ts';

export interface ScreenProps {
  situation: Situation;
  data: PanelData;
  hasTab: boolean;
  askPermission(): void;
}

/** What there is to say when there are no streams to show: what is the matter, and what to do. */
export function Screen({ situation, data, hasTab, askPermission }: ScreenProps) {
  const record = () => data.link.send({ type: 'StartRecording' });
  if (!hasTab || data.pickedSession.value) {
    return (
      <Message title="No streams">
        {data.sessions.value.length > 0
          ? 'Choose a session at the top right to look at it.'
          : 'Nothing has been recorded yet. Open DevTools on a page, or press the toolbar button of SSE Scope there.'}
      </Message>
    );
  }
  switch (situation) {
    case 'connecting':
      return <Message title="Connecting …">The recorder is starting.</Message>;
    case 'gone':
      return (
        <Message title="The extension was reloaded">
          This panel belongs to the version before. Close DevTools, open them again, and reload the page.
        </Message>
      );
    case 'private':
      return (
        <Message title="Private windows are not recorded">
          Private windows are not recorded: nothing of a page in one is written to disk, and recordings are
          kept on disk. Open the page in an ordinary window to record its streams.
        </Message>
      );
    case 'restricted':
      return (
        <Message title="This page cannot be recorded">
          Browsers keep extensions away from their own pages, from the extension shops, and from other
          extensions. Go to an ordinary page.
        </Message>
      );
    case 'notPermitted':
      return (
        <Message
          title="SSE Scope may not see this site"
          action={{ label: 'Allow on all sites', run: askPermission }}
        >
          Streams are recorded only where the browser permits it. Allow it here, or in the add-on’s settings
          under Permissions, and reload the page.
        </Message>
      );
    case 'notRecording':
      return (
        <Message title="Not recording" action={{ label: 'Record this tab', run: record }}>
          Nothing is observed and nothing is stored in this tab until you start.
        </Message>
      );
    default:
      return (
        <Message title="Waiting for event streams">
          Recording. Every EventSource, fetch and XMLHttpRequest that receives <code>text/event-stream</code>{' '}
          appears here. If the page had opened its streams before SSE Scope was installed, reload it.
        </Message>
      );
  }
}

function Message({
  title,
  children,
  action,
}: {
  title: string;
  children: ComponentChildren;
  action?: { label: string; run(): void };
}) {
  return (
    <div class="screen">
      <h1>{title}</h1>
      <p>{children}</p>
      {action && (
        <button type="button" class="primary" onClick={action.run}>
          {action.label}
        </button>
      )}
    </div>
  );
}
