import { assembledJson } from '../../shared/assemble/assembledJson.ts';
import { sayFinding } from '../../shared/text/sayFinding.ts';
import { sayNote } from '../../shared/text/sayNote.ts';
import type { FileReport } from '../inspect/inspectFile.ts';

/** A report as `--json` has it: docs/inspect.schema.json. */
export function reportJson({ streams, ...rest }: FileReport): unknown {
  return {
    ...rest,
    streams: streams.map(({ assembled, diagnosis, ...stream }) => ({
      ...stream,
      findings: diagnosis.findings.map((finding) => ({
        ...finding,
        ...sayFinding(finding, diagnosis.software),
      })),
      notLookedAt: diagnosis.notLookedAt,
      passed: diagnosis.passed,
      software: diagnosis.software,
      ...(assembled ? { assembled: assembledJson(assembled, sayNote) } : {}),
    })),
  };
}
