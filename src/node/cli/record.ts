import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { KEEP_ALL, REDACT_SECRETS } from '../../shared/file/source/redact.ts';
import { formatBytes, formatCount } from '../../shared/text/units/format.ts';
import { recordUrl } from '../record/recordUrl.ts';
import { createSessionRecorder } from '../record/sessionRecorder.ts';
import { headerOption } from './headerOption.ts';
import { collect, ended, wholeNumber } from './serve.ts';
import { err, out } from './terminal.ts';

interface RecordFlags {
  out: string;
  header: string[];
  method?: string;
  data?: string;
  for?: number;
  events?: number;
  reconnect: boolean;
  insecure?: boolean;
  keepSecrets?: boolean;
}

export function recordCommand(): Command {
  return new Command('record')
    .summary('records a stream without a browser')
    .description(
      'Reads an event stream as an EventSource would, with its reconnections and Last-Event-ID, and writes a session file.',
    )
    .argument('<url>')
    .option('-o, --out <file>', 'where it is written', 'recorded.har')
    .option('-H, --header <name: value>', 'sent with each request; may be given again', collect, [])
    .option('-X, --method <name>', 'GET, or POST with --data')
    .option('-d, --data <text>', 'body of the request; @FILE for what is in a file')
    .option('--for <seconds>', 'ends after so long', duration)
    .option('--events <n>', 'ends after so many events', wholeNumber)
    .option('--no-reconnect', 'one connection only')
    .option('-k, --insecure', 'certificates are not checked')
    .option('--keep-secrets', 'Authorization, cookies and token-like parameters are written as they are')
    .addHelpText(
      'after',
      `
Examples:
  sse-scope record https://example.com/events --for 60
  sse-scope record https://api.example.com/chat -X POST -H 'Content-Type: application/json' -d @ask.json --no-reconnect`,
    )
    .action(async (url: string, flags: RecordFlags) => {
      if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
        throw new InvalidArgumentError(`“${url}” is no address: it begins with http:// or https://.`);
      const recorder = createSessionRecorder(url, url, { folder: dirname(flags.out) });
      const stop = new AbortController();
      void ended().then(() => stop.abort());
      let failure: unknown;
      try {
        await recordUrl(url, recorder, {
          method: flags.method ?? (flags.data === undefined ? 'GET' : 'POST'),
          headers: flags.header.map(headerOption),
          body: flags.data?.startsWith('@') ? await readFile(flags.data.slice(1)) : flags.data,
          forMs: flags.for === undefined ? Infinity : flags.for * 1000,
          events: flags.events ?? Infinity,
          reconnect: flags.reconnect,
          insecure: flags.insecure ?? false,
          signal: stop.signal,
          say: (text) => err.line`${err.dim(text)}`,
        });
      } catch (error) {
        failure = error;
      }
      await recorder.save(flags.out, flags.keepSecrets ? KEEP_ALL : REDACT_SECRETS);
      recorder.close();
      if (failure) throw failure;
      recorder.full.throwIfAborted();
      out.line`${formatCount(recorder.events)} events, ${formatBytes(recorder.bytes)} in ${out.bold(flags.out)}`;
    });
}

function duration(text: string): number {
  const value = Number(text.replace(/s$/, ''));
  if (!(value > 0)) throw new InvalidArgumentError('It has to be a number of seconds.');
  return value;
}
