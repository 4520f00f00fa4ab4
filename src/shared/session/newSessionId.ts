/** Ids sort by time, and two sessions of one moment differ. */
export function newSessionId(now: number): string {
  return `${Math.floor(now).toString(36)}-${Math.floor(Math.random() * 2 ** 32).toString(36)}`;
}
