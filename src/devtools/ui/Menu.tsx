import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface MenuItem {
  label: string;
  title?: string;
  /** Undefined: it does something, and is no choice. */
  checked?: boolean;
  disabled?: boolean;
  run(): void;
}

export interface MenuProps {
  label: string;
  icon?: JSX.Element;
  items: readonly MenuItem[];
}

/** A button with a menu below it: arrow keys, Enter, Escape, a click elsewhere. */
export function Menu({ label, icon, items }: MenuProps) {
  const [open, setOpen] = useState<{ left: number; top: number } | undefined>(undefined);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!open) return;
    list.current?.querySelector<HTMLElement>('[role^=menuitem]')?.focus();
    const onPointerDown = (event: Event) => {
      if (!list.current?.contains(event.target as Node) && !button.current?.contains(event.target as Node)) {
        setOpen(undefined);
      }
    };
    document.addEventListener('pointerdown', onPointerDown);
    return () => document.removeEventListener('pointerdown', onPointerDown);
  }, [open]);

  function toggle(): void {
    if (open) {
      setOpen(undefined);
      return;
    }
    const box = button.current!.getBoundingClientRect();
    // As far to the left as it takes to be on the screen.
    setOpen({ left: Math.max(4, Math.min(box.left, innerWidth - 240)), top: box.bottom + 2 });
  }

  function onKeyDown(event: KeyboardEvent): void {
    const all = [
      ...list.current!.querySelectorAll<HTMLElement>('[role^=menuitem]:not([aria-disabled=true])'),
    ];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') {
      setOpen(undefined);
      button.current!.focus();
    } else if (next !== undefined) all[(next + all.length) % all.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <>
      <button
        ref={button}
        type="button"
        class="icon-button menu-button"
        aria-haspopup="menu"
        aria-expanded={open !== undefined}
        title={label}
        onClick={toggle}
      >
        {icon ?? label}
        {icon && <span class="sr-only">{label}</span>}
      </button>
      {open && (
        <div
          ref={list}
          class="menu"
          role="menu"
          aria-label={label}
          style={{ left: `${open.left}px`, top: `${open.top}px` }}
          onKeyDown={onKeyDown}
        >
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              {...(item.checked === undefined
                ? { role: 'menuitem' }
                : { role: 'menuitemcheckbox', 'aria-checked': item.checked })}
              aria-disabled={item.disabled === true}
              tabIndex={-1}
              title={item.title}
              onClick={() => {
                if (item.disabled) return;
                item.run();
                // A choice among several may be followed by another one.
                if (item.checked !== undefined) return;
                setOpen(undefined);
                button.current!.focus();
              }}
            >
              <span class="menu-check" aria-hidden="true">
                {item.checked ? '✓' : ''}
              </span>
              {item.label}
            </button>
          ))}
        </div>
      )}
    </>
  );
}
