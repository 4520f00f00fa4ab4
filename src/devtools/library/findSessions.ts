import type { Session } from '../../shared/session/types.ts';

/** The sessions with every word somewhere in their name, note, title or address, whatever the case; pinned ones first. */
export function findSessions(sessions: readonly Session[], words: string): Session[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = sessions.filter(({ name = '', note = '', title, url }) => {
    const text = `${name}\n${note}\n${title}\n${url}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  return found.sort((a, b) => Number(b.pinned ?? false) - Number(a.pinned ?? false));
}
