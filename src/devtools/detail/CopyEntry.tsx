import type { Stream } from '../../shared/session/types.ts';
import { curlOf, eventSourceOf, fetchOf } from '../http/snippets.ts';
import { copyText } from '../ui/copyText.ts';
import { Menu } from '../ui/Menu.tsx';
import type { Detail } from './readDetail.ts';

/** What can be copied of an entry, and of the request that brought it. */
export function CopyEntry({ detail, stream }: { detail: Detail; stream: Stream }) {
  const { exchange } = detail;
  return (
    <Menu
      label="Copy"
      items={[
        { label: 'Text', run: () => void copyText(detail.text) },
        {
          label: 'JSON, formatted',
          disabled: !detail.json,
          run: () => void copyText(JSON.stringify(detail.json?.value, null, 2)),
        },
        { label: 'Bytes of the block', run: () => void copyText(new TextDecoder().decode(detail.bytes)) },
        ...(exchange
          ? [
              { label: 'Request as cURL', run: () => void copyText(curlOf(exchange)) },
              { label: 'Stream as EventSource', run: () => void copyText(eventSourceOf(stream)) },
              { label: 'Request as fetch', run: () => void copyText(fetchOf(exchange)) },
            ]
          : []),
      ]}
    />
  );
}
