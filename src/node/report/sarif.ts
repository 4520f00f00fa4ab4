import { CATALOGUE } from '../../shared/diagnosis/catalogue.ts';
import type { Finding } from '../../shared/diagnosis/model/finding.ts';
import { FINDING_NAMES } from '../../shared/text/findings/names.ts';
import { sayNotLookedAt } from '../../shared/text/sayDiagnosis.ts';
import { sayFinding } from '../../shared/text/sayFinding.ts';
import { sayPlace } from '../../shared/text/sayPlace.ts';
import { VERSION } from '../version.ts';
import type { Report, ReportedStream } from './report.ts';

/** Where every finding is explained, as it is in the package. */
const DOCUMENT = 'docs/findings.md';

/** A report as SARIF 2.1.0 (OASIS), which code hosts and editors show. */
export function sarifOf({ of, streams }: Report): unknown {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'SSE Scope', version: VERSION, rules: RULES } },
        // 3.14.11: a run that tells of no invocation says nothing of whether the tool could look at everything.
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: streams.flatMap(({ diagnosis }) =>
              sayNotLookedAt(diagnosis.notLookedAt).map((text) => ({ level: 'note', message: { text } })),
            ),
          },
        ],
        results: streams.flatMap((stream) =>
          stream.diagnosis.findings.map((finding) => resultOf(of, stream, finding)),
        ),
      },
    ],
  };
}

const RULES = CATALOGUE.map(({ code, worst }) => ({
  id: code,
  name: code[0]!.toUpperCase() + code.slice(1),
  shortDescription: { text: FINDING_NAMES[code] },
  help: { text: `${DOCUMENT}#${code.toLowerCase()} tells what it means, and what helps.` },
  defaultConfiguration: { level: worst },
}));

function resultOf(of: string, { method, url, diagnosis }: ReportedStream, finding: Finding): unknown {
  const { code, severity, certain, evidence } = finding;
  const { title, why, how, doubt, fix } = sayFinding(finding, diagnosis.software);
  const texts = [`${title}.`, why, how, ...(doubt ? [`Not certain: ${doubt}`] : []), `What helps: ${fix}`];
  return {
    ruleId: code,
    ruleIndex: CATALOGUE.findIndex((rule) => rule.code === code),
    level: severity,
    message: { text: texts.join(' ') },
    locations: [
      {
        // A recording has no lines: the whole file is meant, and hosts of code want a first line.
        physicalLocation: { artifactLocation: { uri: uriOf(of) }, region: { startLine: 1 } },
        logicalLocations: [{ fullyQualifiedName: `${method} ${url}`, kind: 'resource' }],
      },
    ],
    relatedLocations: evidence.map((place, id) => ({ id, message: { text: sayPlace(place) } })),
    // 3.27.17: the same trouble of the same stream is the same result in the next run, whatever its numbers are.
    partialFingerprints: { 'stream/v1': `${code} ${method} ${url.replace(/[?#].*$/s, '')}` },
    properties: { certain },
  };
}

/** 3.4.3: a URI reference: an address as it is, a path with its special signs escaped. */
function uriOf(of: string): string {
  if (URL.canParse(of) && /^https?:/i.test(of)) return of;
  return of.split(/[\\/]/).map(encodeURIComponent).join('/');
}
