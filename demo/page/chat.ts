/**
 * Asks, and calls `onText` with each piece of the answer as it arrives.
 *
 * @throws when the server refuses, or the stream ends before `[DONE]`
 */
export async function ask(
  question: string,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch('/api/chat', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
    body: JSON.stringify({ stream: true, messages: [{ role: 'user', content: question }] }),
    signal,
  });
  if (!response.ok || !response.body) throw new Error(`The server answers ${response.status}.`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Error('The answer was cut off.');
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = block.replace(/^data: /, '');
      if (data === '[DONE]') return;
      onText(JSON.parse(data).choices[0]?.delta?.content ?? '');
    }
  }
}
