#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { UnreachableError } from '../fleet/clickhouseClient.ts';
import { RecordError } from '../record/recordUrl.ts';
import { VERSION } from '../version.ts';
import { checkCommand } from './check.ts';
import { EXIT } from './exitCodes.ts';
import { inspectCommand } from './inspect.ts';
import { loadCommand } from './load.ts';
import { proxyCommand } from './proxy.ts';
import { queryCommand } from './query.ts';
import { recordCommand } from './record.ts';
import { serveCommand } from './serve.ts';
import { err } from './terminal.ts';

/** What is wrong with a command line is said with parts of it, which names of files may be. */
const output = { writeErr: (text: string) => err.lines(text) };

// The command line: what is asked for, done, and what goes wrong said in a sentence.
const program = new Command('sse-scope')
  .description('Replays, records, inspects and counts event streams (Server-Sent Events).')
  .version(VERSION)
  .addCommand(serveCommand())
  .addCommand(inspectCommand())
  .addCommand(checkCommand())
  .addCommand(recordCommand())
  .addCommand(proxyCommand())
  .addCommand(loadCommand())
  .addCommand(queryCommand())
  .addHelpText(
    'after',
    `
Exit codes: ${EXIT.ok} all is well, ${EXIT.usage} wrong use or a file that cannot be read, ${EXIT.found} inspect or check found something, ${EXIT.network} the network failed, ${EXIT.partly} load has left files out.
Begin with: sse-scope serve session.har`,
  )
  .showHelpAfterError('(--help tells what there is)')
  .configureOutput(output)
  .exitOverride();
for (const command of program.commands)
  command.exitOverride().showHelpAfterError('(--help tells what there is)').configureOutput(output);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    if (error instanceof InvalidArgumentError) err.line`${err.red(error.message)}`;
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else {
    const { message, code } = error as NodeJS.ErrnoException;
    const sentence =
      code === 'ENOENT' ? `There is no such file: ${message.split("'")[1] ?? message}` : message;
    err.line`${err.red(sentence)}`;
    process.exitCode =
      error instanceof RecordError || error instanceof UnreachableError ? EXIT.network : EXIT.usage;
  }
}
