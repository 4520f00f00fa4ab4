import type { Given, PageReport } from './log.ts';
import type { PlannedPage, PlannedStream } from './plan.ts';

/* These functions are sent to pages as their text: they use nothing from around them. */

/** Opens the streams of a page, counts what comes, goes to the next page, and says at its end what it was given. */
export function runPage(plan: PlannedPage): void {
  const report: PageReport = { page: plan.page, frame: plan.frame, opened: [], given: {} };

  function given(connection: string, stream: string): Given {
    report.given[connection] ??= { stream, count: 0, last: -1, outcome: 'none' };
    return report.given[connection];
  }

  function openEventSource({ url, name }: PlannedStream): () => void {
    const es = new EventSource(url);
    let current: Given | undefined;
    function onEvent(event: MessageEvent<string>): void {
      const [connection, n] = (/^c\d+\.\d+/.exec(event.data)?.[0] ?? event.lastEventId).split('.');
      current = given(connection!, name);
      current.count++;
      current.last = Number(n);
    }
    es.onmessage = onEvent;
    es.addEventListener('tick', onEvent);
    es.onerror = () => {
      if (current) current.outcome = 'disconnect';
      current = undefined;
    };
    return () => {
      if (es.readyState === 2) return;
      es.close();
      if (current) current.outcome = 'close';
    };
  }

  function openWorker({ url, name }: PlannedStream): () => void {
    const worker = new Worker(`/worker.js?page=${plan.page}`);
    worker.onmessage = ({ data }: MessageEvent<{ connection: string; n: number }>) => {
      const current = given(data.connection, name);
      current.count++;
      current.last = data.n;
    };
    worker.postMessage(url);
    return () => worker.terminate();
  }

  function openFrame(stream: PlannedStream): () => void {
    const frame = document.createElement('iframe');
    const inner: PlannedPage = {
      page: plan.page,
      frame: stream.name,
      streams: [{ ...stream, client: 'EventSource', opensAfter: 0 }],
      leavesAfter: 0,
      leavesBy: 'script',
    };
    frame.src = `/frame?plan=${encodeURIComponent(JSON.stringify(inner))}`;
    document.documentElement.append(frame);
    return () => {};
  }

  function openXhr({ url, name }: PlannedStream): () => void {
    const xhr = new XMLHttpRequest();
    let current: Given | undefined;
    xhr.open('GET', url);
    xhr.setRequestHeader('Accept', 'text/event-stream');
    xhr.onprogress = () => {
      current ??= given(xhr.getResponseHeader('X-Connection') ?? '', name);
      current.count = xhr.responseText.length;
    };
    xhr.onload = () => {
      if (current) current.outcome = 'end';
    };
    xhr.onerror = () => {
      if (current) current.outcome = 'error';
    };
    xhr.send();
    return () => {
      if (xhr.readyState === 4) return;
      xhr.abort();
      if (current) current.outcome = 'abort';
    };
  }

  function openFetch({ url, name, client }: PlannedStream): () => void {
    const controller = new AbortController();
    let current: Given | undefined;
    let close = (): void => {
      if (current && current.outcome !== 'none') return;
      controller.abort();
      if (current) current.outcome = 'abort';
    };
    async function read(): Promise<void> {
      const response = await fetch(url, {
        signal: controller.signal,
        headers: { Accept: 'text/event-stream' },
        ...(client === 'post' ? { method: 'POST', body: JSON.stringify({ ask: name }) } : {}),
      });
      const own = given(response.headers.get('X-Connection') ?? '', name);
      current = own;
      try {
        if (client === 'text') {
          await response.text();
        } else if (client === 'forAwait') {
          for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
            own.count += chunk.length;
        } else if (client === 'pipeThrough') {
          const reader = response
            .body!.pipeThrough(
              new TransformStream<Uint8Array, number>({ transform: (chunk, to) => to.enqueue(chunk.length) }),
            )
            .getReader();
          for (let one = await reader.read(); !one.done; one = await reader.read()) own.count += one.value;
        } else {
          const reader = response.body!.getReader();
          const abort = close;
          // Readers cancel, the others abort.
          if (client === 'reader') {
            close = () => {
              if (own.outcome !== 'none') return;
              own.outcome = 'cancel';
              reader.cancel().catch(() => {});
            };
          } else close = abort;
          for (let one = await reader.read(); !one.done; one = await reader.read())
            own.count += one.value.length;
        }
        if (own.outcome === 'none') own.outcome = 'end';
      } catch {
        if (own.outcome === 'none') own.outcome = 'error';
      }
    }
    read().catch(() => {});
    return () => close();
  }

  function open(stream: PlannedStream): void {
    report.opened.push(stream.name);
    const { client } = stream;
    const close =
      client === 'EventSource'
        ? openEventSource(stream)
        : client === 'worker'
          ? openWorker(stream)
          : client === 'frame'
            ? openFrame(stream)
            : client === 'xhr'
              ? openXhr(stream)
              : openFetch(stream);
    if (stream.closesAfter !== undefined) setTimeout(close, stream.closesAfter);
  }

  for (const stream of plan.streams) {
    if (stream.opensAfter === 0) open(stream);
    else setTimeout(() => open(stream), stream.opensAfter);
  }

  addEventListener('pagehide', () => {
    navigator.sendBeacon('/given', JSON.stringify(report));
  });
  // A page that comes back as it was would be two pages in one log.
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload();
  });

  if (plan.leavesAfter === 0) return;
  const depth = Number(sessionStorage.getItem('depth') ?? 0);
  setTimeout(() => {
    const { leavesBy } = plan;
    const back = leavesBy === 'back' && depth > 2;
    if (leavesBy !== 'reload') sessionStorage.setItem('depth', String(back ? depth - 1 : depth + 1));
    const next = document.querySelector<HTMLAnchorElement>('#next')!;
    if (leavesBy === 'reload') location.reload();
    else if (back) history.back();
    else if (leavesBy === 'link') next.click();
    else if (leavesBy === 'form') document.querySelector<HTMLFormElement>('#form')!.requestSubmit();
    else location.href = next.href;
  }, plan.leavesAfter);
}

/** A worker that opens the stream that it is told to, and says what came. */
export function runWorker(): void {
  const scope = globalThis as unknown as { onmessage: unknown; postMessage(message: object): void };
  scope.onmessage = ({ data }: MessageEvent<string>) => {
    const es = new EventSource(data);
    function onEvent(event: MessageEvent<string>): void {
      const [connection, n] = (/^c\d+\.\d+/.exec(event.data)?.[0] ?? event.lastEventId).split('.');
      scope.postMessage({ connection, n: Number(n) });
    }
    es.onmessage = onEvent;
    es.addEventListener('tick', onEvent);
  };
}
