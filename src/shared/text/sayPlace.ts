import type { Place } from '../diagnosis/model/place.ts';
import { sayError } from './sayError.ts';
import { formatCount, formatDuration, formatTime } from './units/format.ts';

/** Where a finding can be seen, in a few words. */
export function sayPlace(place: Place): string {
  switch (place.place) {
    case 'connection':
      return `connection ${formatCount(place.number)}, ${formatTime(place.at)}`;
    case 'entry': {
      const at = `entry ${formatCount(place.ordinal + 1)} of its connection`;
      return place.text ? `${at}: ${JSON.stringify(place.text)}` : at;
    }
    case 'header': {
      const side = place.side === 'request' ? 'request' : 'response';
      return place.value === undefined
        ? `no ${place.name} in the ${side}`
        : `${place.name}: ${place.value} (${side})`;
    }
    case 'body':
      return `the answer begins: ${JSON.stringify(place.text.slice(0, 200))}`;
    case 'range':
      return place.to === undefined
        ? `since ${formatTime(place.from)}`
        : `${formatTime(place.from)} – ${formatTime(place.to)}, ${formatDuration(Math.max(0, place.to - place.from))}`;
    case 'mark':
      return `${place.kind}${place.detail ? ` ${sayError(place.detail)}` : ''}, ${formatTime(place.at)}`;
    case 'listener':
      return `no listener for ${place.type}`;
    case 'stream':
      return `stream ${formatCount(place.number)}: ${place.url}`;
  }
}
