import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

export interface SplitterProps {
  /** Its place is remembered under this name. */
  name: string;
  direction?: 'horizontal' | 'vertical';
  /** px of the part whose size is fixed. */
  initial: number;
  fixed?: 'first' | 'second';
  first: ComponentChildren;
  /** Without it, the first part has all the room. */
  second: ComponentChildren | undefined;
}

const LEAST = 90;

/** Two parts and a bar between them, moved with the mouse or the arrow keys. */
export function Splitter({
  name,
  direction = 'horizontal',
  initial,
  fixed = 'first',
  first,
  second,
}: SplitterProps) {
  const key = `splitter.${name}`;
  const [size, setSize] = useState(() => Number(localStorage.getItem(key)) || initial);

  function resize(next: number, bar: HTMLElement): void {
    const box = bar.parentElement!.getBoundingClientRect();
    const whole = direction === 'horizontal' ? box.width : box.height;
    const bounded = Math.round(Math.min(Math.max(next, LEAST), Math.max(LEAST, whole - LEAST)));
    localStorage.setItem(key, String(bounded));
    setSize(bounded);
  }

  function onPointerDown(event: PointerEvent): void {
    const bar = event.currentTarget as HTMLElement;
    bar.setPointerCapture(event.pointerId);
    const at = direction === 'horizontal' ? event.clientX : event.clientY;
    const move = (e: PointerEvent) => {
      const way = (direction === 'horizontal' ? e.clientX : e.clientY) - at;
      resize(size + (fixed === 'first' ? way : -way), bar);
    };
    bar.addEventListener('pointermove', move);
    bar.addEventListener('pointerup', () => bar.removeEventListener('pointermove', move), { once: true });
  }

  function onKeyDown(event: KeyboardEvent): void {
    const keys = direction === 'horizontal' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    const way = keys.indexOf(event.key);
    if (way < 0) return;
    event.preventDefault();
    const sign = (way === 0 ? -1 : 1) * (fixed === 'first' ? 1 : -1);
    resize(size + sign * 16, event.currentTarget as HTMLElement);
  }

  const style = { '--size': `${size}px` };
  return (
    <div class={`splitter ${direction} ${second === undefined ? '' : `fixed-${fixed}`}`} style={style}>
      <div class="part first">{first}</div>
      {second !== undefined && (
        <div
          class="bar"
          role="separator"
          tabIndex={0}
          aria-label={`Resize ${name}`}
          aria-orientation={direction === 'horizontal' ? 'vertical' : 'horizontal'}
          aria-valuenow={size}
          onPointerDown={onPointerDown}
          onKeyDown={onKeyDown}
        />
      )}
      {second !== undefined && <div class="part second">{second}</div>}
    </div>
  );
}
