import { useEffect, useRef, useState } from 'preact/hooks';
import type { Session } from '../../shared/session/types.ts';
import type { PanelData } from '../data/panelData.ts';

/** So long a deleted session can be had back, ms. */
const UNDO_WITHIN = 8000;

/** Deletes sessions one at a time, each with a while in which it can be had back. */
export function useUndoableDelete(data: PanelData): {
  /** Deleted by the user, and still in the store. */
  going: Session | undefined;
  remove(session: Session): void;
  undo(): void;
} {
  const [going, setGoing] = useState<Session | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const leaving = useRef<Session | undefined>(undefined);
  leaving.current = going;

  function reallyDelete(session: Session): void {
    clearTimeout(timer.current);
    data.link.send({ type: 'DeleteSession', session: session.id });
    if (data.pickedSession.value === session.id) data.pickSession('');
  }
  // Who closes the window does not want it back.
  useEffect(
    () => () => {
      if (leaving.current) reallyDelete(leaving.current);
    },
    [],
  );

  function remove(session: Session): void {
    if (going) reallyDelete(going);
    setGoing(session);
    timer.current = setTimeout(() => {
      reallyDelete(session);
      setGoing(undefined);
    }, UNDO_WITHIN);
  }

  function undo(): void {
    clearTimeout(timer.current);
    setGoing(undefined);
  }
  return { going, remove, undo };
}
