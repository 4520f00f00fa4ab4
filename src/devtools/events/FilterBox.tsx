import { useRef, useState } from 'preact/hooks';
import type { PanelData } from '../data/panelData.ts';
import { type Completion, completeFilter } from '../filter/completeFilter.ts';
import { FilterOptions } from './FilterOptions.tsx';
import type { RowsStore } from './rowsStore.ts';

/** The types know it only with a `datalist`. */
const combobox = (expanded: boolean): object => ({ role: 'combobox', 'aria-expanded': expanded });

/** The filter with its completions, and what is wrong with it. */
export interface FilterBoxProps {
  data: PanelData;
  rows: RowsStore;
}

export function FilterBox({ data, rows }: FilterBoxProps) {
  const input = useRef<HTMLInputElement>(null);
  // Keys may come faster than the panel is drawn: what holds now is here, and drawn by the state.
  const now = useRef({ offered: [] as Completion[], at: -1 });
  const [{ offered, at }, draw] = useState(now.current);
  function setOffered(offered: Completion[], at = -1): void {
    now.current = { offered, at };
    draw(now.current);
  }
  const types = useRef<{ stream: string; names: string[] }>({ stream: '', names: [] });
  const { problem } = rows.filter.value;

  function offer(): void {
    const { value, selectionStart } = input.current!;
    setOffered(completeFilter(value, selectionStart ?? value.length, types.current.names));
    if (types.current.stream !== data.stream.value?.id) readTypes();
  }

  /** Which types there are: they may have become more since somebody last came here. */
  function readTypes(): void {
    const id = data.stream.value?.id;
    if (!id) return;
    data.query
      .ask('types', [id])
      .then((names) => {
        types.current = { stream: id, names };
        // Somebody may have been faster.
        if (document.activeElement === input.current && input.current?.value) offer();
      })
      .catch(() => {});
  }

  function take({ from, to, text }: Completion): void {
    const element = input.current!;
    const next = element.value.slice(0, from) + text + element.value.slice(to).replace(/^\s+/, '');
    rows.setQuery(next);
    element.value = next;
    element.setSelectionRange(from + text.length, from + text.length);
    element.focus();
    offer();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const { offered, at } = now.current;
    if (event.key === 'Escape') {
      if (offered.length > 0) setOffered([]);
      else if (rows.query.value) rows.setQuery('');
      else return;
    } else if (offered.length === 0) {
      if (event.key !== 'ArrowDown' || !input.current!.value) return;
      offer();
    } else if (event.key === 'ArrowDown') setOffered(offered, (at + 1) % offered.length);
    else if (event.key === 'ArrowUp') setOffered(offered, (at <= 0 ? offered.length : at) - 1);
    else if ((event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey)) && at >= 0)
      take(offered[at]!);
    else if (event.key === 'Enter') setOffered([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div class="filter-box">
      <input
        ref={input}
        type="search"
        class={`filter ${problem ? 'wrong' : ''}`}
        placeholder="Filter: words, /regex/, type:, size>, json:$. …"
        aria-label="Filter entries"
        aria-invalid={problem !== ''}
        aria-errormessage={problem ? 'filter-problem' : undefined}
        {...combobox(offered.length > 0)}
        aria-autocomplete="list"
        aria-controls="filter-options"
        aria-activedescendant={at >= 0 ? `filter-option-${at}` : undefined}
        title={
          problem ||
          'Words and phrases, /regular expressions/, type: id: kind: size> gap> exchange: json:$.path=value; a minus negates'
        }
        value={rows.query.value}
        onFocus={readTypes}
        onBlur={() => setOffered([])}
        onInput={(event) => {
          rows.setQuery(event.currentTarget.value);
          offer();
        }}
        onKeyDown={onKeyDown}
      />
      {problem && (
        <span class="filter-problem" id="filter-problem" role="status">
          {problem}
        </span>
      )}
      <FilterOptions offered={offered} at={at} onTake={take} />
    </div>
  );
}
