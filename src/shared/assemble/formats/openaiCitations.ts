import type { Citation } from '../build/assembled.ts';
import { array, filled, type JsonObject, object, string } from '../build/json.ts';

/** Perplexity's: in many chunks, and the last ones hold. */
export function citationsOf(json: JsonObject): Citation[] {
  const results = array(json.search_results).map(object);
  if (results.length > 0) return results.map(({ title, url }) => citation(title, url));
  return array(json.citations).map((one) => citation(undefined, one));
}

export function citation(title: unknown, url: unknown): Citation {
  return { ...(filled(title) ? { title: string(title) } : {}), ...(filled(url) ? { url: string(url) } : {}) };
}
