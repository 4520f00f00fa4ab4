import type { ReplaySession } from '../../stage/replayStream.ts';

/** The page that says what is served, with addresses to copy. */
export function listPage(sessions: readonly ReplaySession[], url: string): string {
  const lists = sessions.map(
    ({ name, streams, notes }) => `<h2>${escaped(name)}</h2>
${notes.map((note) => `<p>${escaped(note)}</p>`).join('\n')}
<table><thead><tr><th>Method<th>Address<th>Recorded as<th>Connections<th>Events<th>Bytes</thead>
${streams
  .map(
    (stream) =>
      `<tr><td>${escaped(stream.method)}<td><code>${escaped(url + stream.path)}</code><td>${escaped(
        stream.url,
      )}<td>${stream.connections.length}<td>${stream.events}<td>${stream.bytes}`,
  )
  .join('\n')}
</table>`,
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>SSE Scope: what is served</title>
<style>
:root { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8886; padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
code { user-select: all; }
</style>
<h1>SSE Scope</h1>
${lists.join('\n') || '<p>Nothing is served yet.</p>'}
</html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
