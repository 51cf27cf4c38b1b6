/**
 * The check of `command` work: an argument vector that the operating system can start. Called through work-fields.ts.
 * It never looks whether the program or the folder exists; that is known only where the task runs.
 */
import type { CommandWork } from '../../../lifecycle/work.js';
import { compact, dictionary, flag, list, record, text } from './checks.js';
import type { ReadOf } from './checks.js';
import type { Check, Inspection } from './inspection.js';

const ARGUMENTS_MAX = 1000;
/** Linux gives a single argument 128 KB and all of them together a quarter of the stack limit. */
const ARGV_BYTES_MAX = 128 * 1024;
const TEXT_MAX = 256 * 1024;
const VARIABLES_MAX = 500;

const argument = text({ min: 0, max: ARGV_BYTES_MAX, multiline: true });

/** POSIX.1-2017, 3.235 Name. */
const variableName: Check<string> = (value, inspection) => {
  if (typeof value === 'string' && /^[A-Za-z_][A-Za-z0-9_]{0,255}$/.test(value) && value !== '__proto__')
    return value;
  return inspection.fault({
    rule: 'must be a variable name: letters, digits and _, not starting with a digit',
    got: value,
  });
};

const argv: Check<readonly string[]> = (value, inspection) => {
  if (typeof value === 'string') {
    const fix =
      'write a list, [program, argument, …]; for a shell line write shell: true and argv: [the line]';
    return inspection.fault({ rule: 'must be a list of texts', got: value, fix });
  }
  const read = list(argument, ARGUMENTS_MAX, 'arguments')(value, inspection);
  if (read === undefined) return undefined;
  if (read.length === 0) return inspection.fault({ rule: 'must name a program', got: value });
  if (read[0] === '') return inspection.fault({ rule: 'must name a program', got: '' }, 0);
  const bytes = read.reduce(
    (sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) + 1 : 0),
    0,
  );
  if (bytes <= ARGV_BYTES_MAX) return read;
  return inspection.fault({
    rule: `must be at most 128 KB together`,
    got: bytes,
    fix: 'hand large input over in stdin or a file',
  });
};

const fields = {
  argv,
  cwd: text({ max: 4096 }),
  env: dictionary(variableName, text({ min: 0, max: ARGV_BYTES_MAX, multiline: true }), VARIABLES_MAX),
  stdin: text({ min: 0, max: TEXT_MAX, multiline: true }),
  shell: flag,
};

const command = record({
  noun: 'command work',
  fields,
  required: ['argv'],
  elsewhere: {
    args: 'write all of it in argv: [program, argument, …]',
    command: 'write it in argv: [program, argument, …]',
    program: 'write it first in argv',
    timeout: 'write executionTimeoutMs on the task',
  },
});

function checkShell(read: ReadOf<typeof fields>, inspection: Inspection): void {
  if (read.shell !== true || !read.argv || read.argv.length === 1) return;
  const fix = 'write the whole line as one text, or leave shell out';
  inspection.fault({ rule: 'must have exactly one element with shell: true', got: read.argv, fix }, 'argv');
}

export const commandWork: Check<CommandWork> = (value, inspection) => {
  const read = command(value, inspection);
  if (read === undefined) return undefined;
  checkShell(read, inspection);
  return compact(read) as CommandWork;
};
