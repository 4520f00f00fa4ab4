import type { Answer, Assembled } from '../assemble/build/assembled.ts';
import { sayFormat, sayStatus } from './sayVerdict.ts';

/** What a stream says as a whole, as Markdown for an issue or a message. */
export function answersAsMarkdown(assembled: Assembled): string {
  const { format, model, answers, usage } = assembled;
  const tokens = usage ? `\nTokens: ${usage.input ?? '?'} in, ${usage.output ?? '?'} out  ` : '';
  const head = `**${sayFormat(format)}**${model ? ` by ${model}` : ''}: ${sayStatus(assembled)}  ${tokens}`;
  return [head, ...answers.map((answer) => answerText(answer, answers.length > 1))].join('\n\n').concat('\n');
}

function answerText({ index, text, reasoning, refusal, toolCalls }: Answer, isOneOfMany: boolean): string {
  const parts = [
    isOneOfMany ? `## Answer ${index + 1}` : '',
    reasoning ? `<details><summary>Reasoning</summary>\n\n${fenced(reasoning)}\n\n</details>` : '',
    text,
    refusal ? `Refusal: ${refusal}` : '',
    ...toolCalls.map(({ name, state, input, arguments: args, output }) => {
      const result = output === undefined ? '' : `\n\nResult:\n\n${fenced(asText(output))}`;
      return `Tool \`${name ?? '?'}\` (${state})\n\n${fenced(input === undefined ? (args ?? '') : asText(input))}${result}`;
    }),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** A fence that is longer than any in the text: nothing gets out of it. */
function fenced(text: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, [ticks]) => Math.max(most, ticks.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
