import { formatCount } from '../../shared/text/units/format.ts';
import type { AssembledReport } from '../query/assembledReader.ts';

/** Tokens as the server counts them, and how fast they came. Nothing is counted that the server did not say. */
export function UsageView({ report }: { report: AssembledReport }) {
  const { usage } = report.result;
  const rate = rateOf(report);
  if (!usage && !rate) return null;
  return (
    <dl class="figures">
      {usage?.input !== undefined && <Figure name="Tokens in" value={formatCount(usage.input)} />}
      {usage?.cached !== undefined && <Figure name="From cache" value={formatCount(usage.cached)} />}
      {usage?.output !== undefined && <Figure name="Tokens out" value={formatCount(usage.output)} />}
      {usage?.reasoning !== undefined && <Figure name="Reasoning" value={formatCount(usage.reasoning)} />}
      {rate && <Figure name={rate.name} value={rate.value} />}
    </dl>
  );
}

/** Least time over which a rate says something, ms: what came in one chunk has no rate. */
const LEAST_SPAN = 200;

function rateOf({ result, times }: AssembledReport): { name: string; value: string } | undefined {
  const { firstOutput, lastOutput } = times;
  if (firstOutput === undefined || lastOutput === undefined || lastOutput - firstOutput < LEAST_SPAN)
    return undefined;
  const seconds = (lastOutput - firstOutput) / 1000;
  const { usage, answers } = result;
  if (usage?.output !== undefined) {
    // Reasoning that the server hides took none of the time that is seen.
    const isHidden = answers.every(({ reasoning }) => !reasoning);
    const tokens = usage.output - (isHidden ? (usage.reasoning ?? 0) : 0);
    return { name: 'Tokens/s', value: (tokens / seconds).toFixed(1) };
  }
  const characters = answers.reduce(
    (sum, { text, reasoning = '' }) => sum + text.length + reasoning.length,
    0,
  );
  return characters === 0 ? undefined : { name: 'Characters/s', value: (characters / seconds).toFixed(0) };
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
