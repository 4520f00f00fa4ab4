import type { Place } from '../../shared/diagnosis/model/place.ts';
import { sayPlace } from '../../shared/text/sayPlace.ts';

/** Leads to where a finding is seen. */
export type OpenPlace = (place: Place, stream: string) => void;

const WHERE: Record<Place['place'], string> = {
  connection: 'HTTP',
  entry: 'Events',
  header: 'HTTP',
  body: 'HTTP',
  range: 'Timeline',
  mark: 'Timeline',
  listener: 'Events',
  stream: 'Stream',
};

export interface PlaceLinkProps {
  place: Place;
  /** Id of the stream that has the finding. */
  stream: string;
  onOpen: OpenPlace;
}

/** Evidence, as a link to the connection, the event or the time that it is about. */
export function PlaceLink({ place, stream, onOpen }: PlaceLinkProps) {
  return (
    <button
      type="button"
      class="place"
      data-place={place.place}
      title={`Show it in ${WHERE[place.place]}`}
      onClick={() => onOpen(place, stream)}
    >
      <span class="place-where">{WHERE[place.place]}</span>
      <span class="place-text">{sayPlace(place)}</span>
    </button>
  );
}
