import type { ServerResponse } from 'node:http';
import { encodeBlock, encodeComment } from '../../src/shared/sse/encode.ts';
import { Channel, type Message } from './channel.ts';

/** What a proxy and a browser must be told, so that events arrive when they are sent. */
export const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
  Connection: 'keep-alive',
} as const;

export interface ManagerOptions {
  /** ms between heartbeat comments. */
  heartbeatEvery: number;
  /** What clients shall wait before they connect again, ms. */
  retry: number;
  /** Bytes that may wait for a slow client before it is let go. */
  maxBacklog: number;
}

export const DEFAULTS: ManagerOptions = { heartbeatEvery: 5000, retry: 2000, maxBacklog: 1 << 20 };

interface Client {
  id: number;
  channel: string;
  response: ServerResponse;
  connectedAt: number;
  events: number;
  /** Nothing is sent before this moment: a fault for demonstration. */
  stalledUntil: number;
}

export interface ManagerStats {
  clients: { id: number; channel: string; connectedAt: number; events: number; backlog: number }[];
  totals: { connections: number; events: number; bytes: number; heartbeats: number; removed: number };
}

/** Every open stream of the server: who is connected, what is sent to whom, and who is gone. */
export class ConnectionManager {
  readonly #channels = new Map<string, Channel>();
  readonly #clients = new Map<number, Client>();
  readonly #options: ManagerOptions;
  readonly #heartbeat: NodeJS.Timeout;
  #nextClient = 1;
  #totals = { connections: 0, events: 0, bytes: 0, heartbeats: 0, removed: 0 };

  constructor(channels: string[], options: Partial<ManagerOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options };
    for (const name of channels) this.#channels.set(name, new Channel(name));
    this.#heartbeat = setInterval(() => this.#beat(), this.#options.heartbeatEvery);
  }

  channelNames(): string[] {
    return [...this.#channels.keys()];
  }

  /** Takes over a response as a stream of a channel; catches up after `lastEventId` when the client sends one. */
  connect(channel: string, response: ServerResponse, lastEventId: string | undefined): number {
    const client: Client = {
      id: this.#nextClient++,
      channel,
      response,
      connectedAt: Date.now(),
      events: 0,
      stalledUntil: 0,
    };
    this.#clients.set(client.id, client);
    this.#totals.connections++;
    response.writeHead(200, STREAM_HEADERS);
    response.on('close', () => this.#clients.delete(client.id));
    response.socket?.setNoDelay(true);
    this.#write(
      client,
      encodeBlock({
        retry: this.#options.retry,
        event: 'welcome',
        data: JSON.stringify({ client: client.id }),
      }),
    );
    const last = Number(lastEventId);
    if (lastEventId && Number.isSafeInteger(last)) {
      const { messages, forgotten } = this.#channels.get(channel)!.since(last);
      const summary = { after: last, messages: messages.length, forgotten };
      this.#write(client, encodeBlock({ event: 'catch-up', data: JSON.stringify(summary) }));
      for (const message of messages) this.#write(client, message.block);
    }
    return client.id;
  }

  /** Sends a message to everybody on a channel. Returns how many that are. */
  broadcast(channel: string, message: Message): number {
    const { block } = this.#channels.get(channel)!.publish(message);
    let reached = 0;
    for (const client of this.#clients.values()) {
      if (client.channel !== channel) continue;
      if (this.#write(client, block)) reached++;
    }
    return reached;
  }

  /** Writes bytes as they are: for blocks that are wrong on purpose. */
  writeRaw(channel: string, bytes: Uint8Array): void {
    for (const client of this.#clients.values()) if (client.channel === channel) client.response.write(bytes);
  }

  /** Cuts the connections of a channel, without an end. */
  drop(channel: string): number {
    const clients = [...this.#clients.values()].filter((client) => client.channel === channel);
    for (const client of clients) client.response.destroy();
    return clients.length;
  }

  /** Says nothing on a channel for a while, not even a heartbeat. */
  stall(channel: string, ms: number): void {
    for (const client of this.#clients.values()) {
      if (client.channel === channel) client.stalledUntil = Date.now() + ms;
    }
  }

  stats(): ManagerStats {
    const clients = [...this.#clients.values()].map(({ id, channel, connectedAt, events, response }) => ({
      id,
      channel,
      connectedAt,
      events,
      backlog: response.writableLength,
    }));
    return { clients, totals: { ...this.#totals } };
  }

  /** Tells every client that the server goes, and ends its stream. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    const ends = [...this.#clients.values()].map(
      ({ response }) =>
        new Promise<void>((resolve) => {
          response.on('close', resolve);
          response.end(encodeBlock({ event: 'shutdown', data: '{"reason":"The server is shutting down."}' }));
        }),
    );
    // A client that does not read must not hold up the end.
    const patience = new Promise<void>((resolve) => setTimeout(resolve, 1000).unref());
    await Promise.race([Promise.all(ends), patience]);
    for (const { response } of this.#clients.values()) response.destroy();
  }

  #beat(): void {
    const now = new Date().toISOString();
    for (const client of this.#clients.values()) {
      if (client.stalledUntil > Date.now()) continue;
      if (this.#isDead(client)) continue;
      client.response.write(encodeComment(`heartbeat ${now}`));
      this.#totals.heartbeats++;
    }
  }

  #write(client: Client, block: string): boolean {
    if (client.stalledUntil > Date.now() || this.#isDead(client)) return false;
    client.response.write(block);
    client.events++;
    this.#totals.events++;
    this.#totals.bytes += Buffer.byteLength(block);
    return true;
  }

  /** Lets a client go whose connection is closed, or who has not read for so long that memory piles up. */
  #isDead(client: Client): boolean {
    const { response } = client;
    if (!response.destroyed && response.writableLength <= this.#options.maxBacklog) return false;
    response.destroy();
    this.#clients.delete(client.id);
    this.#totals.removed++;
    return true;
  }
}
