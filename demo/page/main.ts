import { ask } from './chat.ts';
import { ConnectionPool } from './connectionPool.ts';
import { MobileStreamClient } from './mobileClient.ts';
import { Monitor } from './monitor.ts';
import { StreamClient } from './streamClient.ts';

const pool = new ConnectionPool();
const monitor = new Monitor();

const events = new StreamClient('/api/events');
const stocks = new StreamClient('/api/stocks');
const news = new MobileStreamClient('/api/news');
const streams: Record<string, StreamClient> = { events, stocks, news };
const spare: EventSource[] = [];

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function row(tag: string, ...texts: string[]): HTMLElement {
  const line = document.createElement(tag);
  for (const text of texts)
    line.append(Object.assign(document.createElement(tag === 'tr' ? 'td' : 'span'), { textContent: text }));
  return line;
}

function prepend(list: HTMLElement, line: HTMLElement, keep: number): void {
  list.prepend(line);
  while (list.children.length > keep) list.lastElementChild?.remove();
}

stocks.on('quote', (data) => {
  const { symbol, price, change, volume } = data as {
    symbol: string;
    price: number;
    change: number;
    volume: number;
  };
  const line = row(
    'tr',
    symbol,
    price.toFixed(2),
    `${change >= 0 ? '+' : ''}${change.toFixed(2)}`,
    String(volume),
  );
  line.id = `stock-${symbol}`;
  line.className = change >= 0 ? 'up' : 'down';
  const before = document.getElementById(line.id);
  if (before) before.replaceWith(line);
  else element('stocks').append(line);
});

news.on('article', (data) => {
  const { topic, headline } = data as { topic: string; headline: string };
  prepend(element('news'), row('li', topic, headline), 6);
});

const notify = (data: unknown) => {
  const { level = 'info', text } = data as { level?: string; text: string };
  prepend(element('notifications'), row('li', level, text), 6);
};
events
  .on('notification', notify)
  .on('message', notify)
  .on('shutdown', () => notify({ level: 'warning', text: 'The server is going away.' }));

for (const [name, stream] of Object.entries(streams)) {
  stream.on('catch-up', (data) => {
    const { messages, forgotten } = data as { messages: number; forgotten: number };
    const gone = forgotten > 0 ? `, ${forgotten} are no longer known` : '';
    notify({ level: 'info', text: `${name} is back and caught up on ${messages} messages${gone}.` });
  });
  monitor.watch(name, stream);
  stream.observe({ onStatus: showConnections });
  pool.open(stream);
}

function showConnections(): void {
  const { open, size } = pool.counts;
  const states = Object.entries(streams).map(([name, stream]) => `${name}: ${stream.status}`);
  element('connections').textContent = `${open} of ${size} connections · ${states.join(' · ')}`;
}

let asking: AbortController | undefined;
element<HTMLFormElement>('chat').addEventListener('submit', async (event) => {
  event.preventDefault();
  asking?.abort();
  asking = new AbortController();
  const answer = element('answer');
  const stop = element<HTMLButtonElement>('chat-stop');
  answer.textContent = '';
  stop.disabled = false;
  const question = new FormData(event.target as HTMLFormElement).get('question') as string;
  try {
    await ask(question, (text) => answer.append(text), asking.signal);
  } catch (error) {
    answer.append(` (${(error as Error).message})`);
  }
  stop.disabled = true;
});
element('chat-stop').addEventListener('click', () => asking?.abort());

async function post(path: string, body: object): Promise<string> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return JSON.stringify(await response.json());
}

async function act(action: string, channel: string): Promise<string> {
  switch (action) {
    case 'broadcast':
      return post('/api/broadcast', {
        channel,
        data: { text: `Hello at ${new Date().toLocaleTimeString()}` },
      });
    case 'close':
      pool.close(streams[channel]!);
      return `${channel} is closed.`;
    case 'open':
      pool.open(streams[channel]!);
      return `${channel} is open.`;
    case 'seventh': {
      // Past the pool on purpose: the last of these stays "connecting", and so does every request after it.
      for (let i = 0; i < 4; i++) spare.push(new EventSource(`/api/events?spare=${spare.length}`));
      setTimeout(() => {
        for (const source of spare.splice(0)) source.close();
      }, 15_000);
      return 'Four more streams are asked for; a browser gives a host six connections over HTTP/1.1. They close in 15 s.';
    }
    default:
      return post('/api/control', { action, channel });
  }
}

document.querySelector('.controls')?.addEventListener('click', async (event) => {
  const action = (event.target as HTMLElement).dataset.action;
  if (!action) return;
  const channel = element<HTMLSelectElement>('channel').value;
  element('outcome').textContent = await act(action, channel).catch(String);
});

setInterval(() => {
  const lines = [...monitor.snapshot()].flatMap(([name, { events, errors, opens, maxLatency }]) => [
    Object.assign(document.createElement('dt'), { textContent: name }),
    Object.assign(document.createElement('dd'), {
      textContent: `${events} events · ${opens} connections · ${errors} errors · latency at most ${maxLatency} ms`,
    }),
  ]);
  element('metrics').replaceChildren(...lines);
}, 1000);
showConnections();
