import { canShow, DETAIL_TABS, type DetailTab } from './canShow.ts';
import type { Detail } from './readDetail.ts';

export interface DetailTabsProps {
  detail: Detail;
  tab: DetailTab;
  show(tab: DetailTab): void;
}

/** The choice between JSON, text, bytes and difference. */
export function DetailTabs({ detail, tab, show }: DetailTabsProps) {
  return (
    <div class="tabs" role="tablist" aria-label="Show the entry as">
      {DETAIL_TABS.map(([one, label]) => (
        <button
          key={one}
          type="button"
          role="tab"
          data-detail={one}
          aria-selected={tab === one}
          disabled={!canShow(one, detail)}
          title={
            one === 'json' && !canShow(one, detail)
              ? 'The data is not JSON'
              : one === 'diff'
                ? 'Against the event before of the same type'
                : undefined
          }
          onClick={() => show(one)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
