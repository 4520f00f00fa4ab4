const KEY = 'recording';

/**
 * Whether listeners to requests are to be in place when the background starts, before anything can be read
 * asynchronously.
 *
 * Chromium forgets a listener that is removed again: it can always be there at first. Firefox goes on to start the
 * background for whatever was listened to at its last start, until a start without; but its background is a page, and
 * has a storage that answers at once.
 */
export function createWakeUps(isPage: boolean): { mayRecord(): boolean; remember(recording: boolean): void } {
  return {
    mayRecord: () => !isPage || localStorage.getItem(KEY) === 'yes',
    remember(recording) {
      if (isPage) localStorage.setItem(KEY, recording ? 'yes' : 'no');
    },
  };
}
