import type { Completion } from '../filter/completeFilter.ts';

export interface FilterOptionsProps {
  offered: readonly Completion[];
  /** Index of the one that is chosen; -1 for none. */
  at: number;
  onTake(completion: Completion): void;
}

/** The completions of the filter. */
export function FilterOptions({ offered, at, onTake }: FilterOptionsProps) {
  return (
    <div
      class="filter-options"
      id="filter-options"
      role="listbox"
      aria-label="Completions"
      hidden={offered.length === 0}
    >
      {offered.map((one, i) => (
        <div
          key={one.text}
          id={`filter-option-${i}`}
          role="option"
          aria-selected={i === at}
          // Before the input loses the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            onTake(one);
          }}
        >
          <code>{one.text}</code>
          <span>{one.hint}</span>
        </div>
      ))}
    </div>
  );
}
