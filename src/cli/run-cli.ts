/**
 * One run of the command line: arguments in, exit code out. Called by `main.ts`. Every error that ends a command is
 * told here and nowhere else, as one message with the next step; with --json as one document on stdout.
 */
import { CommanderError } from 'commander';
import { CliError, EXIT } from './cli-error.js';
import type { Host } from './host.js';
import { showFault } from './output/faults.js';
import { plainText } from './output/plain-text.js';
import { buildProgram } from './program.js';
import type { Shell } from './shell.js';

/** Help and version end a command early, and well where they were asked for. */
const wellEnded: ReadonlySet<string> = new Set([
  'commander.helpDisplayed',
  'commander.version',
  'commander.help',
]);

function linesOf(text: string): string {
  return text.split('\n').map(plainText).join('\n');
}

function tell(error: CliError, shell: Shell, json: boolean): number {
  const { message, code, next, faults, exitCode } = error;
  if (json) {
    shell.stdout.write(
      `${JSON.stringify({ error: { code, message, next: next ?? null, faults: faults ?? [] } })}\n`,
    );
    return exitCode;
  }
  const list = (faults ?? []).map((fault) => `  ${showFault(fault)}\n`).join('');
  shell.stderr.write(
    `error: ${linesOf(message)}\n${list}${next === undefined ? '' : `next: ${linesOf(next)}\n`}`,
  );
  return exitCode;
}

function usage(error: CommanderError): CliError {
  const message = error.message.replace(/^error: /, '');
  return new CliError(message, {
    exitCode: EXIT.usage,
    code: 'BAD_USAGE',
    next: 'see `taskmesh --help`, or `taskmesh <verb> --help`',
  });
}

function unexpected(error: unknown): CliError {
  const message = error instanceof Error ? error.message : String(error);
  return new CliError(message, {
    code: 'UNEXPECTED',
    next: 'run it again with --debug for the stack',
    cause: error,
  });
}

function asCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  return error instanceof CommanderError ? usage(error) : unexpected(error);
}

/** `argv` without node and script. */
export async function runCli(host: Host, shell: Shell, argv: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.ok;
  try {
    const program = buildProgram(host, shell, (code) => (exitCode = code));
    if (argv.length === 0) {
      shell.stderr.write(program.helpInformation());
      return EXIT.usage;
    }
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && wellEnded.has(error.code))
      return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (argv.includes('--debug') && error instanceof Error)
      shell.stderr.write(`${linesOf(error.stack ?? '')}\n`);
    return tell(asCliError(error), shell, argv.includes('--json'));
  }
}
