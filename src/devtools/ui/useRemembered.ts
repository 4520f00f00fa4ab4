import { useState } from 'preact/hooks';

/** State that outlives the panel: kept as JSON under a name. What cannot be read is as if it were not there. */
export function useRemembered<T>(name: string, initial: T): [value: T, set: (value: T) => void] {
  const [value, setValue] = useState<T>(() => {
    try {
      const text = localStorage.getItem(name);
      return text === null ? initial : (JSON.parse(text) as T);
    } catch {
      return initial;
    }
  });
  return [
    value,
    (next) => {
      setValue(next);
      localStorage.setItem(name, JSON.stringify(next));
    },
  ];
}
