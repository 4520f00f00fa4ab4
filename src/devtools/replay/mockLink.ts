import { type ReadonlySignal, signal } from '@preact/signals';
import { createMockClient, type MockClient, type MockStatus } from './mockClient.ts';

export type MockLinkState =
  | { state: 'none' }
  | { state: 'connecting' }
  | { state: 'connected'; status: MockStatus }
  | { state: 'problem'; problem: string };

/** The way to the mock server, and how it stands with it. */
export interface MockLink {
  link: ReadonlySignal<MockLinkState>;
  /** The one that was connected last, also where it is gone. */
  client(): MockClient | undefined;
  /** Its address, without a slash at the end. */
  address(): string;
  connect(address: string, token: string): void;
  disconnect(): void;
}

/** @param onGone - the mock server is gone, or the user has disconnected: without it the page would ask nobody */
export function createMockLink(version: string, onGone: () => void): MockLink {
  const link = signal<MockLinkState>({ state: 'none' });
  let client: MockClient | undefined;
  let base = '';
  let watching: AbortController | undefined;

  return {
    link,
    client: () => client,
    address: () => base,
    connect(address, token) {
      watching?.abort();
      const own = new AbortController();
      watching = own;
      const to = createMockClient(address, token, version);
      client = to;
      base = address.replace(/\/+$/, '');
      link.value = { state: 'connecting' };
      void to
        .watch((status) => {
          if (watching === own) link.value = { state: 'connected', status };
        }, own.signal)
        .then(() => {
          throw new Error('The mock server has ended.');
        })
        .catch((error: Error) => {
          if (watching !== own) return;
          own.abort();
          onGone();
          link.value = { state: 'problem', problem: error.message };
        });
    },
    disconnect() {
      watching?.abort();
      watching = undefined;
      onGone();
      link.value = { state: 'none' };
    },
  };
}
