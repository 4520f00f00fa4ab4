/** Those of `decodeBody.ts` that servers send. */
const KNOWN = ['gzip', 'br', 'deflate'];

/**
 * `Accept-Encoding` for the server behind: codings that the client accepts and that can be undone here, so that streams are recorded and
 * everything else goes through as it is.
 *
 * @param accepted - `Accept-Encoding` of the client
 */
export function codingsToAsk(accepted: string | undefined): string {
  const weights = new Map<string, number>();
  for (const one of (accepted ?? '').toLowerCase().split(',')) {
    const [coding = '', ...parameters] = one.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(coding, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  const asked = KNOWN.flatMap((coding) => {
    // RFC 9110, 12.5.3: "The asterisk "*" symbol in an Accept-Encoding field matches any available content coding not explicitly listed".
    const weight = weights.get(coding) ?? weights.get('*') ?? 0;
    // 12.4.2: "a value of 0 means "not acceptable"."
    if (!(weight > 0 && weight <= 1)) return [];
    return [weight === 1 ? coding : `${coding};q=${weight}`];
  });
  // "If no Accept-Encoding header field is in the request, any content coding is considered acceptable": not to us.
  return asked.join(', ') || 'identity';
}
