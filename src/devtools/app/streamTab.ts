/** What of the chosen stream is on show. */
export type StreamTab = 'events' | 'timeline' | 'health' | 'http' | 'statistics' | 'replay';
