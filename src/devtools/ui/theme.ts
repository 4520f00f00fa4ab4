/** Colours of the drawings, from the style sheet: they follow the theme. */
export interface Theme {
  back: string;
  line: string;
  text: string;
  text2: string;
  accent: string;
  good: string;
  waiting: string;
  bad: string;
  chosen: string;
  /** Events by their type. */
  types: string[];
  font: string;
}

export function readTheme(element: Element): Theme {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    back: read('--back'),
    line: read('--line'),
    text: read('--text'),
    text2: read('--text-2'),
    accent: read('--accent'),
    good: read('--good'),
    waiting: read('--waiting'),
    bad: read('--bad'),
    chosen: read('--back-chosen'),
    types: Array.from({ length: 8 }, (_, i) => read(`--type-${i}`)),
    font: `11px ${style.fontFamily}`,
  };
}

/** The same colour for a type wherever it comes. */
export function typeColor(type: string, { types }: Theme): string {
  let hash = 7;
  for (let i = 0; i < type.length; i++) hash = (hash * 31 + type.charCodeAt(i)) >>> 0;
  return types[hash % types.length]!;
}
