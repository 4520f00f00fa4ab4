import { Ajv } from 'ajv';
import { parseFault } from '../../shared/replay/parseFault.ts';
import type { Faults, Scenario } from './faults.ts';
import { FAULTS_SCHEMA, SCENARIO_SCHEMA } from './faultsSchema.ts';

const ajv = new Ajv({ strict: false, allErrors: true, verbose: true });
const isFaults = ajv.compile<Faults>(FAULTS_SCHEMA);
const isScenario = ajv.compile<Scenario>(SCENARIO_SCHEMA);

/**
 * Reads a fault as it is written on a command line, and checks it.
 *
 * @throws with a sentence
 */
export function readFault(text: string): Faults {
  const faults = parseFault(text);
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

function said(errors: typeof isFaults.errors): string {
  const all = (errors ?? []).map(({ instancePath, message, params }) => {
    const where = instancePath === '' ? '' : `${instancePath.slice(1).replaceAll('/', '.')} `;
    const what = (params as { additionalProperty?: string }).additionalProperty;
    return what === undefined ? `${where}${message}` : `${where}has no “${what}”`;
  });
  return [...new Set(all)].slice(0, 3).join('; ');
}
