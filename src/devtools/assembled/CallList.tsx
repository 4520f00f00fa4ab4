import { useState } from 'preact/hooks';
import type { RpcCall, RpcOutcome } from '../../shared/assemble/formats/jsonRpc.ts';

const OUTCOMES: Record<RpcOutcome, string> = {
  elsewhere: 'answered another way',
  error: 'error',
  input_required: 'asks for input',
  none: 'no answer',
  result: 'result',
  toolError: 'the tool failed',
};

/** The calls of JSON-RPC that a stream answers, or that its server makes. */
export function CallList({ calls }: { calls: readonly RpcCall[] }) {
  const methods = [...new Set(calls.map(({ method }) => method ?? ''))];
  const [method, setMethod] = useState('*');
  const shown = calls.filter((call) => method === '*' || (call.method ?? '') === method);
  return (
    <section class="calls" aria-label="Calls">
      {methods.length > 1 && (
        <label>
          Method{' '}
          <select value={method} onChange={(event) => setMethod(event.currentTarget.value)}>
            <option value="*">all</option>
            {methods.map((one) => (
              <option key={one} value={one}>
                {one || '(not recorded)'}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="scroll-x">
        <table class="facts">
          <thead>
            <tr>
              <th>From</th>
              <th>ID</th>
              <th>Method</th>
              <th>Outcome</th>
              <th>Progress</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((call, i) => (
              <CallRow key={i} call={call} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function CallRow({ call: { from, id, method, name, outcome, error, progress, asks } }: { call: RpcCall }) {
  const last = progress?.at(-1);
  return (
    <tr data-outcome={outcome}>
      <td>{from}</td>
      <td class="mono">{JSON.stringify(id)}</td>
      <td class="mono">
        {method ?? '(request not recorded)'} {name}
      </td>
      <td class={outcome === 'error' || outcome === 'toolError' || outcome === 'none' ? 'head-error' : ''}>
        {OUTCOMES[outcome]}
        {error && `: ${error.message ?? ''} (${error.code ?? 'no code'})`}
        {asks && `: ${asks.join(', ')}`}
      </td>
      <td>{last ? `${last.progress}${last.total === undefined ? '' : ` of ${last.total}`}` : ''}</td>
    </tr>
  );
}
