/** What a stream's findings come to: its errors and warnings, the worst first. */
export interface FindingMark {
  severity: 'error' | 'warning';
  count: number;
  /** Titles, a line each. */
  title: string;
}

/** The mark of a stream that has findings, beside its address. */
export function FindingMarkBadge({ mark }: { mark: FindingMark | undefined }) {
  if (!mark) return null;
  const { severity, count, title } = mark;
  return (
    <span class={`finding-mark ${severity}`} title={title} data-mark={severity}>
      <SeverityIcon severity={severity} />
      {count > 1 && <span aria-hidden="true">{count}</span>}
      <span class="sr-only">
        {count} {count === 1 ? 'finding' : 'findings'}: {title}.{' '}
      </span>
    </span>
  );
}

/** Told apart by shape as well as by colour: a filled disc, a triangle, a ring. */
export function SeverityIcon({ severity }: { severity: 'error' | 'warning' | 'note' }) {
  return (
    <svg class={`severity-icon ${severity}`} viewBox="0 0 16 16" aria-hidden="true">
      {severity === 'error' && (
        <>
          <circle cx="8" cy="8" r="7" fill="currentColor" />
          <path d="m5.2 5.2 5.6 5.6m0-5.6-5.6 5.6" stroke="var(--back)" stroke-width="1.8" />
        </>
      )}
      {severity === 'warning' && (
        <>
          <path d="M8 1.2 15.2 14.4H.8Z" fill="currentColor" />
          <path d="M8 5.6v4.2m0 1.5v1.7" stroke="var(--back)" stroke-width="1.8" />
        </>
      )}
      {severity === 'note' && (
        <>
          <circle cx="8" cy="8" r="6.3" fill="none" stroke="currentColor" stroke-width="1.4" />
          <path d="M8 7v4.4M8 4.3v1.6" stroke="currentColor" stroke-width="1.6" />
        </>
      )}
    </svg>
  );
}
