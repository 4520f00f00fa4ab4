/**
 * Real clients, unmodified from npm, each reading one stream to its end. Every one resolves to what its user sees.
 * Bundled for the page by the test.
 */
import Anthropic from '@anthropic-ai/sdk';
import { fetchEventSource } from '@microsoft/fetch-event-source';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import axios from 'axios';
// @ts-expect-error it comes without types
import { EventSourcePolyfill } from 'event-source-polyfill';
import { EventSource as EventSourcePackage } from 'eventsource';
import { createClient } from 'graphql-sse';
import ky from 'ky';
import OpenAI from 'openai';
import { SSE } from 'sse.js';

type Seen = unknown[];

const path = (name: string) => `/paced?n=6&every=5&client=${name}`;

/** Any class with the interface of EventSource. */
function listen(es: EventTarget & { close(): void }): Promise<Seen> {
  return new Promise((resolve) => {
    const seen: Seen = [];
    es.addEventListener('tick', (event) => {
      const { type, data, lastEventId } = event as MessageEvent;
      seen.push([type, data, lastEventId]);
    });
    es.addEventListener('error', () => {
      es.close();
      resolve(seen);
    });
  });
}

export const clients: Record<string, () => Promise<Seen>> = {
  native: () => listen(new EventSource(path('native'))),

  'fetch-event-source': async () => {
    const seen: Seen = [];
    await fetchEventSource(path('fetch-event-source'), {
      onmessage: ({ event, data, id }) => void seen.push([event, data, id]),
      openWhenHidden: true,
    });
    return seen;
  },

  eventsource: () => listen(new EventSourcePackage(new URL(path('eventsource'), location.href))),

  'event-source-polyfill': () => listen(new EventSourcePolyfill(path('event-source-polyfill')) as never),

  'sse.js': () => {
    const source = new SSE(path('sse.js'), { start: false });
    return new Promise((resolve) => {
      const seen: Seen = [];
      source.addEventListener('tick', (event: { data: string; id: string }) =>
        seen.push([event.data, event.id]),
      );
      source.addEventListener('readystatechange', (event: { readyState: number }) => {
        if (event.readyState === 2) resolve(seen);
      });
      source.stream();
    });
  },

  openai: async () => {
    const client = new OpenAI({
      apiKey: 'test',
      baseURL: `${location.origin}/v1`,
      dangerouslyAllowBrowser: true,
      maxRetries: 0,
    });
    const stream = await client.chat.completions.create({
      model: 'm',
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
    });
    const seen: Seen = [];
    for await (const chunk of stream) seen.push(chunk.choices[0]?.delta.content);
    return seen;
  },

  anthropic: async () => {
    const client = new Anthropic({
      apiKey: 'test',
      baseURL: location.origin,
      dangerouslyAllowBrowser: true,
      maxRetries: 0,
    });
    const stream = await client.messages.create({
      model: 'm',
      max_tokens: 10,
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
    });
    const seen: Seen = [];
    for await (const event of stream) seen.push(event.type);
    return seen;
  },

  mcp: async () => {
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', location.href)) as never);
    const { tools } = await client.listTools();
    return tools.map((tool) => tool.name);
  },

  'graphql-sse': async () => {
    const client = createClient({ url: '/graphql', retryAttempts: 0 });
    const seen: Seen = [];
    for await (const result of client.iterate({ query: 'subscription { count }' })) seen.push(result);
    return seen;
  },

  axios: async () => {
    const { data } = await axios.get(path('axios'), { adapter: 'fetch', responseType: 'stream' });
    const seen: Seen = [];
    const reader = (data as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return [seen.join('')];
      seen.push(value);
    }
  },

  'axios, whole': async () => [(await axios.get(path('axios-whole'), { adapter: 'fetch' })).data],

  ky: async () => [await ky(path('ky')).text()],

  'ky, read': async () => {
    const response = await ky(path('ky-read'));
    const seen: Seen = [];
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) seen.push(chunk);
    return [seen.join('')];
  },
};

(globalThis as { clients?: typeof clients }).clients = clients;
