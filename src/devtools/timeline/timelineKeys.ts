export type TimelineCommand =
  | 'left'
  | 'right'
  | 'farLeft'
  | 'farRight'
  | 'zoomIn'
  | 'zoomOut'
  | 'fit'
  | 'live'
  | 'range'
  | 'nextTrouble'
  | 'formerTrouble'
  | 'nextEntry'
  | 'formerEntry'
  | 'laneUp'
  | 'laneDown'
  | 'open';

const KEYS: Record<string, TimelineCommand> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  PageUp: 'farLeft',
  PageDown: 'farRight',
  '+': 'zoomIn',
  '=': 'zoomIn',
  '-': 'zoomOut',
  0: 'fit',
  f: 'live',
  r: 'range',
  n: 'nextTrouble',
  p: 'formerTrouble',
  '.': 'nextEntry',
  ',': 'formerEntry',
  ArrowUp: 'laneUp',
  ArrowDown: 'laneDown',
  Enter: 'open',
};

/** What a key does to the timeline. Keys with Ctrl, Alt or Meta are the browser's. */
export function timelineKey(event: {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}): TimelineCommand | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  return KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
}
