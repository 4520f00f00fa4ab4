import type { Session } from '../../shared/session/types.ts';
import { formatBytes } from '../../shared/text/units/format.ts';
import { PinIcon } from '../ui/icons.tsx';
import { countText } from './countText.ts';
import { SessionField } from './SessionField.tsx';

export interface SessionItemProps {
  session: Session;
  /** It is on show in the panel. */
  current: boolean;
  recorded: boolean;
  describe(what: { name?: string; note?: string; pinned?: boolean }): void;
  onOpen(): void;
  onDelete(): void;
}

/** One session of the library. */
export function SessionItem({ session, current, recorded, describe, onOpen, onDelete }: SessionItemProps) {
  return (
    <li data-session={session.id} aria-current={current}>
      <button
        type="button"
        class={`icon-button ${session.pinned ? 'on' : ''}`}
        aria-pressed={session.pinned === true}
        title={
          session.pinned
            ? 'Pinned: it stays when room is made. Click to unpin'
            : 'Pin: keep it when room is made'
        }
        onClick={() => describe({ pinned: !session.pinned })}
      >
        <PinIcon />
        <span class="sr-only">Pin</span>
      </button>
      <SessionField
        name="Name"
        value={session.name ?? ''}
        placeholder={session.title || session.url}
        title={session.url}
        onSave={(name) => describe({ name })}
      />
      <SessionField
        name="Note"
        value={session.note ?? ''}
        placeholder="Note"
        onSave={(note) => describe({ note })}
      />
      <span class="when">
        {new Date(session.startedAt).toLocaleString(undefined, {
          dateStyle: 'short',
          timeStyle: 'medium',
        })}
      </span>
      <span class="size">
        {countText(session.streams, 'stream')}, {countText(session.events, 'event')},{' '}
        {formatBytes(session.bytes)}
      </span>
      <span>
        <button type="button" class="text-button" data-action="open" onClick={onOpen}>
          Open
        </button>{' '}
        <button
          type="button"
          class="text-button"
          data-action="delete"
          disabled={recorded}
          title={recorded ? 'It is being recorded' : undefined}
          onClick={onDelete}
        >
          Delete
        </button>
      </span>
    </li>
  );
}
