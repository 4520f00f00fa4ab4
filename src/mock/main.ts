#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { err } from './cli/colors.ts';
import { EXIT } from './cli/exitCodes.ts';
import { inspectCommand } from './cli/inspect.ts';
import { proxyCommand } from './cli/proxy.ts';
import { recordCommand } from './cli/record.ts';
import { serveCommand } from './cli/serve.ts';
import { RecordError } from './record/recordUrl.ts';
import { VERSION } from './version.ts';

// The command line: what is asked for, done, and what goes wrong said in a sentence.
const program = new Command('sse-scope')
  .description('Replays, records and inspects event streams (Server-Sent Events).')
  .version(VERSION)
  .addCommand(serveCommand())
  .addCommand(inspectCommand())
  .addCommand(recordCommand())
  .addCommand(proxyCommand())
  .addHelpText(
    'after',
    `
Exit codes: ${EXIT.ok} all is well, ${EXIT.usage} wrong use or a file that cannot be read, ${EXIT.found} inspect --fail-on found something, ${EXIT.network} the network failed.
Begin with: sse-scope serve session.har`,
  )
  .showHelpAfterError('(--help tells what there is)')
  .exitOverride();
for (const command of program.commands)
  command.exitOverride().showHelpAfterError('(--help tells what there is)');

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    if (error instanceof InvalidArgumentError) console.error(err.red(error.message));
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else {
    const { message, code } = error as NodeJS.ErrnoException;
    console.error(
      err.red(code === 'ENOENT' ? `There is no such file: ${message.split("'")[1] ?? message}` : message),
    );
    process.exitCode = error instanceof RecordError ? EXIT.network : EXIT.usage;
  }
}
