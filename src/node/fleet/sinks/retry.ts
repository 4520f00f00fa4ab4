/** What a server may get over by itself: timeouts, too many queries or parts, memory, the network between its nodes. */
const PASSING = new Set(['159', '202', '203', '209', '210', '241', '242', '252', '319', '425', '999']);
const NETWORK = /ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|socket hang up|timeout/i;

export interface RetryOptions {
  /** How often at most, the first time included. */
  attempts: number;
  /** ms before the second attempt; doubled before each further one. */
  wait: number;
  pause(ms: number): Promise<void>;
}

/**
 * Does something again that failed for a reason that passes.
 *
 * @throws what it threw last
 */
export async function retried<T>(
  work: () => Promise<T>,
  { attempts, wait, pause }: RetryOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts || !passes(error)) throw error;
      await pause(wait * 2 ** (attempt - 1));
    }
  }
}

/** Whether the same may work in a moment. */
export function passes(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  // The engine has a number for everything: its words are not looked at.
  if (/^\d+$/.test(code)) return PASSING.has(code);
  return NETWORK.test(code || message) || (code === '' && /\b50[234]\b/.test(message));
}
