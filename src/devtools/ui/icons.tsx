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
export const ZoomInIcon = icon(
  <path
    d="M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Zm3.3 7.8L14 14M4.8 7h4.4M7 4.8v4.4"
    fill="none"
    stroke="currentColor"
    stroke-width="1.4"
  />,
);
export const ZoomOutIcon = icon(
  <path
    d="M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Zm3.3 7.8L14 14M4.8 7h4.4"
    fill="none"
    stroke="currentColor"
    stroke-width="1.4"
  />,
);
export const FitIcon = icon(
  <path
    d="M2 3v10M14 3v10M4 8h8M6 5.5 3.8 8 6 10.5m4-5L12.2 8 10 10.5"
    fill="none"
    stroke="currentColor"
    stroke-width="1.4"
  />,
);
export const LiveIcon = icon(
  <path d="M2 8h8.5M7.5 5l3 3-3 3M13.5 2.5v11" fill="none" stroke="currentColor" stroke-width="1.4" />,
);
export const RangeIcon = icon(
  <path d="M2 3h12L9.5 8.5V13l-3-1.5v-3L2 3Z" fill="none" stroke="currentColor" stroke-width="1.4" />,
);
export const BackIcon = icon(<path d="m10 3-5 5 5 5" fill="none" stroke="currentColor" stroke-width="1.4" />);
export const ForwardIcon = icon(
  <path d="m6 3 5 5-5 5" fill="none" stroke="currentColor" stroke-width="1.4" />,
);
export const ColumnsIcon = icon(
  <path d="M2.5 3h11v10h-11V3ZM6 3v10m4-10v10" fill="none" stroke="currentColor" stroke-width="1.4" />,
);
export const HelpIcon = icon(
  <path
    d="M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8ZM6 6.3c0-2.6 4-2.5 4 0 0 1.6-2 1.5-2 3.2m0 1.3v1.2"
    fill="none"
    stroke="currentColor"
    stroke-width="1.4"
  />,
);
export const PinIcon = icon(
  <path
    d="M5 2.5h6M6 2.5V7L4 9.5h8L10 7V2.5M8 9.5V14"
    fill="none"
    stroke="currentColor"
    stroke-width="1.4"
  />,
);
export const ExportIcon = icon(
  <path d="M8 10V2.5M5 5.5l3-3 3 3M2.5 9.5v4h11v-4" fill="none" stroke="currentColor" stroke-width="1.4" />,
);
export const LibraryIcon = icon(
  <path
    d="M2 3.5h3v9H2v-9Zm3 0h3v9H5m3.3-8.3 2.6-.7 2.4 8.7-2.6.7-2.4-8.7Z"
    fill="none"
    stroke="currentColor"
    stroke-width="1.3"
    stroke-linejoin="round"
  />,
);
