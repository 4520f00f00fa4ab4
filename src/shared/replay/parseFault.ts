/**
 * A fault as it is written by hand: `drop:events=10`, `stall:ms=500,forMs=2000`, `status:503`, `forgetIds`,
 * `split:at=3+7`. Whether there is such a fault is for the mock server to say.
 */
export function parseFault(text: string): Record<string, unknown> {
  const [name = '', ...rest] = text.trim().split(':');
  const value = rest.join(':');
  return { [name]: value === '' ? (name === 'contentType' ? '' : true) : readValue(name, value) };
}

function readValue(name: string, value: string): unknown {
  if (name === 'contentType') return value;
  if (!value.includes('=')) return scalar(value);
  return Object.fromEntries(
    value.split(',').map((part) => {
      const [key, text = 'true'] = part.split('=');
      return [key, key === 'at' ? text.split('+').map(Number) : scalar(text)];
    }),
  );
}

function scalar(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return text !== '' && Number.isFinite(number) ? number : text;
}
