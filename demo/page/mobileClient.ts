import { StreamClient } from './streamClient.ts';

interface NetworkInformation extends EventTarget {
  effectiveType?: string;
  saveData?: boolean;
}

/**
 * The variant for phones: lets go of the stream while the page is hidden or offline, or on a very slow network, and comes
 * back with its last event ID.
 */
export class MobileStreamClient extends StreamClient {
  #wanted = false;

  constructor(...args: ConstructorParameters<typeof StreamClient>) {
    super(...args);
    const check = () => this.#check();
    document.addEventListener('visibilitychange', check);
    addEventListener('online', check);
    addEventListener('offline', check);
    this.#network()?.addEventListener('change', check);
  }

  override open(): void {
    this.#wanted = true;
    this.#check();
  }

  override close(): void {
    this.#wanted = false;
    super.close();
  }

  #network(): NetworkInformation | undefined {
    return (navigator as { connection?: NetworkInformation }).connection;
  }

  #check(): void {
    const network = this.#network();
    const tooSlow = network?.effectiveType === 'slow-2g' || network?.saveData === true;
    const possible = navigator.onLine && document.visibilityState === 'visible' && !tooSlow;
    if (this.#wanted && possible) super.open();
    else super.close();
  }
}
