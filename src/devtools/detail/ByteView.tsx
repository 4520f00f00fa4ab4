import { useState } from 'preact/hooks';
import { visibleBytes } from './visibleBytes.ts';

/** Bytes that are shown before a click asks for more. */
const PAGE = 64 * 1024;

/** The exact bytes of an entry, with offsets, visible line ends and visible control characters. */
export function ByteView({ bytes, base }: { bytes: Uint8Array; base: number }) {
  const [shown, setShown] = useState(PAGE);
  return (
    <div class="bytes">
      {visibleBytes(bytes.subarray(0, shown), base).map((line) => (
        <div key={line.offset} class="byte-line">
          <span class="byte-offset">{line.offset}</span>
          <span class="byte-text">
            {line.text}
            <span class="byte-end">{line.end}</span>
          </span>
        </div>
      ))}
      {bytes.length > shown && (
        <button type="button" class="more" onClick={() => setShown(shown + PAGE * 4)}>
          {bytes.length - shown} more bytes …
        </button>
      )}
    </div>
  );
}
