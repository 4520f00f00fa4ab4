import type { Stream } from '../../session/types.ts';
import { endpointOf } from './endpoint.ts';
import { dayOf } from './moment.ts';

/** Where the rows of a stream belong: the columns that all of them have. */
export interface StreamPlace {
  host: string;
  session: string;
  stream: string;
  endpoint: string;
  release: string;
}

/** What stands for a host that nobody knows: a folder must have a name. */
const UNKNOWN = 'unknown';

/** Host and port of an address, as the tables have it. */
export function hostOfStream(url: string): string {
  return (URL.canParse(url) && new URL(url).host) || UNKNOWN;
}

/** @param session - id of the recording, as the tables have it */
export function placeOf({ method, url, number }: Stream, session: string, release: string): StreamPlace {
  return {
    host: hostOfStream(url),
    session,
    stream: `${session}/${number}`,
    endpoint: endpointOf(method, url),
    release,
  };
}

/** The columns of a row that began at a time, ms since the epoch. */
export function placed(place: StreamPlace, at: number): StreamPlace & { day: number } {
  return { day: dayOf(at), ...place };
}
