import type { Answer, Assembled, ToolCall, Usage } from '../../shared/assemble/build/assembled.ts';
import type { RpcCall } from '../../shared/assemble/formats/jsonRpc.ts';
import { sayNote } from '../../shared/text/sayNote.ts';
import { sayFormat, sayStatus, toneOf } from '../../shared/text/sayVerdict.ts';
import { formatCount } from '../../shared/text/units/format.ts';
import { out } from './terminal.ts';

/** What a stream says as a whole: the verdict, then the answers. */
export function printAssembled(assembled: Assembled): void {
  const { format, status, model, answers, usage, notes } = assembled;
  const tone = { bad: out.red, good: out.green, warn: out.yellow }[toneOf(status)];
  out.line`  ${tone('●')} ${sayFormat(format)}${model ? ` by ${model}` : ''}: ${tone(sayStatus(assembled))}`;
  if (usage) out.line`    ${out.dim(usageText(usage))}`;
  for (const note of notes) out.line`    ${out.yellow(sayNote(note))}`;
  for (const answer of answers) printAnswer(answer, answers.length > 1);
  const { calls } = assembled as { calls?: RpcCall[] };
  for (const call of calls ?? []) printCall(call);
}

function usageText({ input, output, reasoning, cached }: Usage): string {
  const parts = [
    input === undefined ? '' : `${formatCount(input)} tokens in`,
    cached ? `${formatCount(cached)} of them cached` : '',
    output === undefined ? '' : `${formatCount(output)} out`,
    reasoning ? `${formatCount(reasoning)} of them reasoning` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function printAnswer(
  { index, text, reasoning, refusal, toolCalls, citations }: Answer,
  isOneOfMany: boolean,
): void {
  if (isOneOfMany) out.line`    ${out.bold(`Answer ${index + 1}`)}`;
  if (reasoning) printIndented('Reasoning', reasoning);
  if (text) printIndented('Text', text);
  if (refusal) printIndented('Refusal', refusal);
  for (const call of toolCalls) printToolCall(call);
  for (const { title, url, text: quote } of citations ?? []) {
    out.line`    ${out.dim('Source')} ${title ?? quote ?? ''} ${out.cyan(url ?? '')}`;
  }
}

function printIndented(label: string, text: string): void {
  out.line`    ${out.dim(label)}`;
  for (const line of text.split(/\r\n|\n|\r/)) out.line`      ${line}`;
}

function printToolCall({ name, id, state, arguments: args, input, output, error }: ToolCall): void {
  const what = input === undefined ? (args ?? '') : JSON.stringify(input);
  const isWhole = state === 'complete';
  out.line`    ${out.dim('Tool')} ${out.bold(name ?? '(no name)')} ${out.dim(id ?? '')} ${isWhole ? '' : out.red(state)} ${what}`;
  if (output !== undefined) out.line`      → ${typeof output === 'string' ? output : JSON.stringify(output)}`;
  if (error) out.line`      ${out.red(error)}`;
}

function printCall({ from, id, method, name, outcome, error, progress }: RpcCall): void {
  const failed = outcome === 'error' || outcome === 'toolError' || outcome === 'none';
  const what = `${method ?? '(request not recorded)'}${name ? ` ${name}` : ''}`;
  out.line`    ${out.dim(`${from} ${JSON.stringify(id)}`)} ${out.bold(what)} ${failed ? out.red(outcome) : out.green(outcome)}${progress ? out.dim(`, ${progress.length} × progress`) : ''}`;
  if (error) out.line`      ${out.red(`${error.message ?? ''} (${error.code ?? 'no code'})`)}`;
}
