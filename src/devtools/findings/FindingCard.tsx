import { useState } from 'preact/hooks';
import type { Stream } from '../../shared/session/types.ts';
import { SEVERITY_NAMES } from '../../shared/text/sayDiagnosis.ts';
import { sayFinding } from '../../shared/text/sayFinding.ts';
import { shortUrl } from '../../shared/text/units/format.ts';
import { SeverityIcon } from '../ui/FindingMark.tsx';
import { FindingBody } from './FindingBody.tsx';
import type { FindingGroup, Occurrence } from './groupFindings.ts';
import type { OpenPlace } from './PlaceLink.tsx';

export interface FindingCardProps {
  group: FindingGroup;
  /** The stream that is chosen in the list, among its occurrences or not. */
  chosen: string | undefined;
  onOpen: OpenPlace;
  /** Chooses a stream that has it; missing where all of them are the chosen one. */
  onChoose?(stream: Stream): void;
  /** Copies it as Markdown. */
  onCopy(group: FindingGroup): void;
  onDismiss(group: FindingGroup): void;
}

/** A finding of the session, and the streams that have it. Notes are folded. */
export function FindingCard({ group, chosen, onOpen, onChoose, onCopy, onDismiss }: FindingCardProps) {
  const { code, severity, occurrences } = group;
  const [picked, setPicked] = useState<string | undefined>(undefined);
  const [open, setOpen] = useState(severity !== 'note');
  const shown =
    occurrences.find(({ stream }) => stream.id === picked) ??
    occurrences.find(({ stream }) => stream.id === chosen) ??
    occurrences[0];
  const said = sayFinding(shown.finding, shown.software);
  return (
    <section class="finding" data-finding={code} data-severity={severity}>
      <header>
        <h3>
          <button type="button" class="finding-title" aria-expanded={open} onClick={() => setOpen(!open)}>
            <SeverityIcon severity={severity} />
            <span class="sr-only">{SEVERITY_NAMES[severity]}: </span>
            <span>{said.title}</span>
          </button>
        </h3>
        <span class="finding-actions">
          <button
            type="button"
            class="link-button"
            title="As Markdown, for an issue"
            onClick={() => onCopy(group)}
          >
            Copy
          </button>
          <button
            type="button"
            class="link-button"
            data-action="dismiss"
            title="Put it aside, here and when this stream is recorded again"
            onClick={() => onDismiss(group)}
          >
            Dismiss
          </button>
        </span>
      </header>
      {onChoose && (
        <StreamChips occurrences={occurrences} shown={shown} onPick={setPicked} onChoose={onChoose} />
      )}
      {open && (
        <FindingBody said={said} evidence={shown.finding.evidence} stream={shown.stream.id} onOpen={onOpen} />
      )}
    </section>
  );
}

interface StreamChipsProps {
  occurrences: readonly Occurrence[];
  shown: Occurrence;
  onPick(stream: string): void;
  onChoose(stream: Stream): void;
}

/** Streams that are named, the first ones. */
const MOST_STREAMS = 12;

/** The streams that have a finding: of one it leads there, of several it tells which one the text is about. */
function StreamChips({ occurrences, shown, onPick, onChoose }: StreamChipsProps) {
  const several = occurrences.length > 1;
  return (
    <div class="finding-streams">
      {several && <span class="note">{occurrences.length} streams:</span>}
      {occurrences.slice(0, MOST_STREAMS).map(({ stream }) => (
        <button
          key={stream.id}
          type="button"
          class="stream-chip"
          aria-pressed={several ? stream.id === shown.stream.id : undefined}
          title={`${stream.method} ${stream.url}`}
          onClick={() => {
            onPick(stream.id);
            onChoose(stream);
          }}
        >
          {shortUrl(stream.url, stream.documentUrl)}
        </button>
      ))}
      {occurrences.length > MOST_STREAMS && (
        <span class="note">and {occurrences.length - MOST_STREAMS} more</span>
      )}
    </div>
  );
}
