import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface DialogProps {
  title: string;
  class: string;
  children: ComponentChildren;
  onClose(): void;
}

/** A window over everything else: Escape, its button or a click beside it close it. */
export function Dialog({ title, class: name, children, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before it is painted: until then its button could not close it.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class={`dialog ${name}`}
      aria-labelledby="dialog-title"
      onClose={onClose}
      onKeyDown={(event) => {
        // DevTools would take it for their own.
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        dialog.current?.close();
      }}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="dialog-head">
        <h1 id="dialog-title">{title}</h1>
        <button type="button" class="text-button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
      {children}
    </dialog>
  );
}
