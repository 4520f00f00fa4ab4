import { Dialog } from '../ui/Dialog.tsx';

const KEYS: [heading: string, rows: [keys: string, what: string][]][] = [
  [
    'Everywhere',
    [
      ['1 … 6', 'Events, Timeline, Health, HTTP, Statistics, Replay'],
      ['7', 'Assembled, where the stream has a meaning as a whole'],
      ['8', 'Findings of all streams'],
      ['S', 'the list of streams'],
      ['/ or Ctrl+F', 'the filter'],
      ['?', 'this help'],
      ['Tab, arrow keys', 'from part to part, and within one'],
    ],
  ],
  [
    'Events',
    [
      ['↑ ↓ Page Home End', 'choose an entry'],
      ['Esc', 'close its detail'],
      ['M', 'pin it'],
      ["'", 'go to the next pin'],
    ],
  ],
  [
    'Timeline',
    [
      ['← →  Page Up, Down', 'move'],
      ['+ −', 'zoom'],
      ['0', 'show everything'],
      ['↑ ↓', 'choose a lane'],
      ['N P', 'next, former gap, stall or error'],
      [', .', 'former, next entry of the lane'],
      ['Enter', 'the entry in the table'],
      ['R', 'filter to the time on show'],
      ['F', 'follow the clock'],
    ],
  ],
  [
    'Overview',
    [
      ['← →', 'move the chosen time'],
      ['Shift ← →', 'make it shorter, longer'],
      ['+ −', 'narrow, widen it'],
      ['Esc', 'any time'],
    ],
  ],
];

const WORDS: [word: string, what: string][] = [
  ['error "not found"', 'words and phrases, in type, ID and data'],
  ['/tok(en)?/i', 'a regular expression'],
  ['type:price*  id:12', 'event type, last event ID; * for anything'],
  ['kind:comment', 'event, comment, retry, problem, incomplete'],
  ['size>10kB  gap>=2s', 'bytes of data, time since the entry before'],
  ['json:$.user.id=7', 'a value in JSON data; without “=…”: it is there'],
  ['exchange:2', 'the second connection'],
  ['-type:ping', 'a minus negates'],
];

/** Keys and filter words, over everything else. */
export function Help({ onClose }: { onClose(): void }) {
  return (
    <Dialog title="Keys and filter words" class="help" onClose={onClose}>
      <div class="help-body">
        {KEYS.map(([heading, rows]) => (
          <section key={heading}>
            <h2>{heading}</h2>
            <dl>
              {rows.map(([keys, what]) => (
                <div key={keys}>
                  <dt>
                    <kbd>{keys}</kbd>
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h2>Filter</h2>
          <dl class="words">
            {WORDS.map(([word, what]) => (
              <div key={word}>
                <dt>
                  <code>{word}</code>
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}
