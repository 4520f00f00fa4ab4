import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Stream } from '../../shared/session/types.ts';

/** The entries that the user has pinned. */
export interface Pins {
  /** Ordinals, by stream. */
  pins: Signal<ReadonlyMap<string, readonly number[]>>;
  /** Pins an entry of the chosen stream, or takes its pin off. */
  toggle(ordinal: number): void;
  clear(): void;
}

export function createPins(stream: ReadonlySignal<Stream | undefined>): Pins {
  const pins = signal<ReadonlyMap<string, readonly number[]>>(new Map());
  return {
    pins,
    toggle(ordinal) {
      const id = stream.value?.id;
      if (!id) return;
      pins.value = new Map(pins.value).set(id, toggled(pins.value.get(id) ?? [], ordinal));
    },
    clear() {
      pins.value = new Map();
    },
  };
}

function toggled(pins: readonly number[], ordinal: number): readonly number[] {
  return pins.includes(ordinal)
    ? pins.filter((one) => one !== ordinal)
    : [...pins, ordinal].sort((a, b) => a - b);
}
