import { dirname } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { KEEP_ALL, REDACT_SECRETS } from '../../shared/file/source/redact.ts';
import { formatBytes, formatCount } from '../../shared/text/units/format.ts';
import { createProxy } from '../proxy/createProxy.ts';
import { createSessionRecorder } from '../record/sessionRecorder.ts';
import { collect, ended, scenarioOf, wholeNumber } from './serve.ts';
import { err, out } from './terminal.ts';

interface ProxyFlags {
  port: number;
  host: string;
  out: string;
  fault: string[];
  scenario?: string;
  seed?: number;
  insecure?: boolean;
  keepSecrets?: boolean;
}

export function proxyCommand(): Command {
  return new Command('proxy')
    .summary('passes live streams through, records them, and lets faults happen')
    .description(
      'Passes every request on to another server. Event streams are recorded on the way, and get the faults that are asked for.',
    )
    .argument('<upstream>', 'the server behind, like http://localhost:3000')
    .option('-p, --port <n>', 'where it listens; 0 for any that is free', wholeNumber, 4748)
    .option('--host <name>', 'the address it listens on', '127.0.0.1')
    .option('-o, --out <file>', 'where the recording is written', 'proxied.har')
    .option('-f, --fault <fault>', 'as with serve; may be given again', collect, [])
    .option('--scenario <file>', 'faults from a file')
    .option('--seed <n>', 'of chance: the same seed, the same run', wholeNumber)
    .option('-k, --insecure', 'certificates of the server behind are not checked')
    .option('--keep-secrets', 'Authorization, cookies and token-like parameters are written as they are')
    .addHelpText(
      'after',
      `
Example:
  sse-scope proxy http://localhost:3000 --fault drop:events=20 --out run.har`,
    )
    .action(async (upstream: string, flags: ProxyFlags) => {
      if (!URL.canParse(upstream) || !/^https?:$/.test(new URL(upstream).protocol))
        throw new InvalidArgumentError(`“${upstream}” is no address: it begins with http:// or https://.`);
      const recorder = createSessionRecorder(upstream, upstream, { folder: dirname(flags.out) });
      const proxy = await createProxy({
        upstream,
        recorder,
        scenario: await scenarioOf(flags),
        port: flags.port,
        host: flags.host,
        insecure: flags.insecure ?? false,
        say: (text) => err.line`${err.dim(text)}`,
      });
      out.line`${out.bold(proxy.url)} passes on to ${upstream}. Ctrl+C ends it and writes ${flags.out}.`;
      await ended();
      await proxy.close();
      await recorder.save(flags.out, flags.keepSecrets ? KEEP_ALL : REDACT_SECRETS);
      recorder.close();
      out.line`${formatCount(recorder.events)} events, ${formatBytes(recorder.bytes)} in ${out.bold(flags.out)}`;
    });
}
