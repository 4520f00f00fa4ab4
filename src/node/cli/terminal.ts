import pc from 'picocolors';
import { visible, visibleJson } from './visible.ts';

/** Text that is printed as it is. Only {@link Terminal} makes it. */
class Styled {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
type Values = readonly (string | number | Styled)[];

/** Where the command prints. Nothing else writes to the terminal. */
export interface Terminal extends Record<Style, (text: string | Styled) => Styled> {
  /** Prints a line. The template is ours; what is put into it may be anybody's, and is made visible. */
  line(template: TemplateStringsArray, ...values: Values): void;
  /** The same, to be put into another one. */
  text(template: TemplateStringsArray, ...values: Values): Styled;
  /** Prints lines of which any part may be anybody's. */
  lines(text: string): void;
  json(value: unknown): void;
  /** A line that the next one takes the place of; nothing where nobody looks at it. */
  progress(template: TemplateStringsArray, ...values: Values): void;
  /** Takes that line away. */
  endProgress(): void;
}

/** ECMA-48, EL: the rest of the line is erased. */
const CLEAR_REST = '\x1b[K';
const { NO_COLOR, FORCE_COLOR } = process.env;

/** @param write - of the console, which bears a reader that is gone */
function createTerminal(stream: NodeJS.WriteStream, write: (text: string) => void): Terminal {
  // Colours where somebody looks at them: what is piped on, in CI too, is plain.
  const colors = pc.createColors(!NO_COLOR && (stream.isTTY || Boolean(FORCE_COLOR)));
  const safe = (value: string | number | Styled): string =>
    value instanceof Styled ? value.text : visible(String(value));
  const compose = (template: TemplateStringsArray, values: Values): string =>
    template.reduce((all, part, i) => all + safe(values[i - 1]!) + part);
  const style = (name: Style) => (text: string | Styled) => new Styled(colors[name](safe(text)));
  return {
    line: (template, ...values) => write(compose(template, values)),
    text: (template, ...values) => new Styled(compose(template, values)),
    lines: (text) => write(text.replace(/\n$/, '').split('\n').map(visible).join('\n')),
    json: (value) => write(visibleJson(value)),
    progress(template, ...values) {
      if (stream.isTTY) stream.write(`\r${compose(template, values)}${CLEAR_REST}`);
    },
    endProgress() {
      if (stream.isTTY) stream.write(`\r${CLEAR_REST}`);
    },
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    green: style('green'),
    yellow: style('yellow'),
    cyan: style('cyan'),
  };
}

export const out = createTerminal(process.stdout, console.log);
export const err = createTerminal(process.stderr, console.error);
