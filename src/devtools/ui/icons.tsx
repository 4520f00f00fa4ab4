import type { JSX } from 'preact';

/** Icons are drawn here, 16 × 16, in the colour of the text around them. */
function icon(path: JSX.Element) {
  return () => (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      {path}
    </svg>
  );
}

export const RecordIcon = icon(<circle cx="8" cy="8" r="5" fill="currentColor" />);
export const StopIcon = icon(<rect x="4" y="4" width="8" height="8" rx="1" fill="currentColor" />);
export const ClearIcon = icon(
  <path
    d="M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm-4 4 6 6M3.8 3.8l8.4 8.4"
    fill="none"
    stroke="currentColor"
    stroke-width="1.4"
  />,
);
export const FollowIcon = icon(
  <path d="M8 2v8m-3.5-3.5L8 10l3.5-3.5M3 13.5h10" fill="none" stroke="currentColor" stroke-width="1.4" />,
);
export const WireIcon = icon(
  <path
    d="M1.5 8h2.2l1.6-4 2.6 8 2.4-8 1.7 4h2.5"
    fill="none"
    stroke="currentColor"
    stroke-width="1.4"
    stroke-linejoin="round"
  />,
);
export const CloseIcon = icon(
  <path d="m4 4 8 8m0-8-8 8" fill="none" stroke="currentColor" stroke-width="1.4" />,
);
