/**
 * Asks again until there is an answer. Tests wait for conditions by it, never for time.
 *
 * @param what - named in the error when the condition never holds
 * @throws after `limit` ms, with the last error of `probe` if it failed
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  limit = 30_000,
): Promise<T> {
  const end = Date.now() + limit;
  let last: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false && answer !== null) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`Waited ${limit} ms in vain for ${what}.${last ? ` ${last}` : ''}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
