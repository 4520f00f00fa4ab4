import { Ajv } from 'ajv';
import type { Faults, Scenario } from './faults.ts';
import { FAULTS_SCHEMA, SCENARIO_SCHEMA } from './faultsSchema.ts';

const ajv = new Ajv({ strict: false, allErrors: true, verbose: true });
const isFaults = ajv.compile<Faults>(FAULTS_SCHEMA);
const isScenario = ajv.compile<Scenario>(SCENARIO_SCHEMA);

/**
 * Reads a fault as it is written on a command line: `drop:events=10`, `stall:ms=500,forMs=2000`, `status:503`,
 * `forgetIds`, `split:at=3+7`.
 *
 * @throws with a sentence
 */
export function readFault(text: string): Faults {
  const [name, ...rest] = text.split(':');
  const value = rest.join(':');
  const faults = { [name!]: value === '' ? (name === 'contentType' ? '' : true) : readValue(name!, value) };
  if (isFaults(faults)) return faults;
  throw new Error(`“${text}” is no fault: ${said(isFaults.errors)}.`);
}

/**
 * Reads a scenario file.
 *
 * @throws with a sentence
 */
export function readScenario(text: string): Scenario {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`The scenario is not JSON: ${(error as Error).message}`);
  }
  if (isScenario(value)) return value;
  throw new Error(`The scenario is not right: ${said(isScenario.errors)}.`);
}

function readValue(name: string, value: string): unknown {
  if (name === 'contentType') return value;
  if (!value.includes('=')) return scalar(value);
  return Object.fromEntries(
    value.split(',').map((part) => {
      const [key, text = 'true'] = part.split('=');
      return [key, key === 'at' ? text.split('+').map(Number) : scalar(text)];
    }),
  );
}

function scalar(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return text !== '' && Number.isFinite(number) ? number : text;
}

function said(errors: typeof isFaults.errors): string {
  const all = (errors ?? []).map(({ instancePath, message, params }) => {
    const where = instancePath === '' ? '' : `${instancePath.slice(1).replaceAll('/', '.')} `;
    const what = (params as { additionalProperty?: string }).additionalProperty;
    return what === undefined ? `${where}${message}` : `${where}has no “${what}”`;
  });
  return [...new Set(all)].slice(0, 3).join('; ');
}
