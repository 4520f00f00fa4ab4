import type { Diagnosis } from '../../shared/diagnosis/diagnose.ts';

/** Streams and what was found of them, as every format of a report has it. */
export interface Report {
  /** The file that was read, or the address that was asked. */
  of: string;
  name: string;
  streams: readonly ReportedStream[];
}

export interface ReportedStream {
  method: string;
  url: string;
  diagnosis: Diagnosis;
}
