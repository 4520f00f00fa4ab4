/** One step of a JSON path: a name, an element, any of them, or a name at any depth. */
export type PathStep = { name: string } | { index: number } | { any: true } | { below: string };

/** What of the data of events is masked: what a path leads to, or what a pattern matches. */
export type Mask = { path: PathStep[] } | { pattern: RegExp };

export interface ParsedMasks {
  masks: Mask[];
  /** What is wrong, in sentences that begin with the line. */
  problems: string[];
}

/**
 * Reads masks, one a line: a JSON path (`$.user.email`, `$.items[*].price`, `$..token`, `$['a b']`) or a regular expression
 * between slashes (`/\d{16}/`). Empty lines and lines that begin with `#` say nothing.
 */
export function parseMasks(text: string): ParsedMasks {
  const masks: Mask[] = [];
  const problems: string[] = [];
  for (const [i, whole] of text.split('\n').entries()) {
    const line = whole.trim();
    if (line === '' || line.startsWith('#')) continue;
    const problem = (what: string): void => void problems.push(`Line ${i + 1}: ${what}`);
    const regex = /^\/(.+)\/([a-z]*)$/.exec(line);
    if (regex) {
      try {
        masks.push({
          pattern: new RegExp(regex[1]!, [...new Set(`${regex[2]}g`.replace('y', ''))].join('')),
        });
      } catch (error) {
        problem((error as Error).message);
      }
    } else if (line.startsWith('$')) {
      const path = parsePath(line);
      if (path) masks.push({ path });
      else problem(`“${line}” is no path. Paths look like $.user.email, $.items[*].price or $..token.`);
    } else problem(`“${line}” is neither a path, which begins with $, nor a pattern between slashes.`);
  }
  return { masks, problems };
}

const STEP = /\.\.([^.[\]'"\s]+)|\.\*|\[\*\]|\.([^.[\]'"\s]+)|\[(\d+)\]|\[(?:'([^']*)'|"([^"]*)")\]/y;

function parsePath(line: string): PathStep[] | undefined {
  const steps: PathStep[] = [];
  for (STEP.lastIndex = 1; STEP.lastIndex < line.length; ) {
    const match = STEP.exec(line);
    if (!match) return undefined;
    const [whole, below, name, index, single, double] = match;
    if (below !== undefined) steps.push({ below });
    else if (index !== undefined) steps.push({ index: Number(index) });
    else if (whole === '.*' || whole === '[*]') steps.push({ any: true });
    else steps.push({ name: name ?? single ?? double ?? '' });
  }
  return steps.length > 0 ? steps : undefined;
}
