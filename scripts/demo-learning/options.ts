/** What the demo of learning is asked for on its command line. */
import { parseArgs } from 'node:util';

export interface LearningDemoOptions {
  /** A WfFormat file; undefined: the workflow that the demo brings along. */
  readonly file: string | undefined;
  /** That the workflow would take at best. */
  readonly seconds: number;
  /** Before one place becomes slower, and after. */
  readonly runs: number;
  readonly slower: number;
  readonly stateDir: string;
  readonly report: string;
}

export const USAGE = `usage: npm run demo:learning -- [FILE] [flags]
  FILE              a recorded workflow (WfFormat JSON of WfCommons) instead of the one that the demo brings along
  --seconds N       its times are scaled so that it takes this long at best (12)
  --runs N          runs before one place becomes slower, and as many after (3)
  --slower N        how many times slower it becomes (3)
  --report FILE     where the report is written (.taskmesh/learning.html)
  --state-dir DIR   where the demo lives; removed at its end (.taskmesh/demo-learning)`;

/** Undefined: it was asked how it is used. Throws with a message for the terminal. */
export function readOptions(argv: readonly string[]): LearningDemoOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '12' },
      runs: { type: 'string', default: '3' },
      slower: { type: 'string', default: '3' },
      report: { type: 'string', default: '.taskmesh/learning.html' },
      'state-dir': { type: 'string', default: '.taskmesh/demo-learning' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  if (positionals.length > 1) throw new Error(`one FILE at most, not ${positionals.join(' ')}`);
  return {
    file: positionals[0],
    seconds: amount('seconds', values.seconds, [1, 600]),
    runs: whole('runs', values.runs, [1, 20]),
    slower: amount('slower', values.slower, [1, 20]),
    stateDir: values['state-dir'],
    report: values.report,
  };
}

type Range = readonly [least: number, most: number];

function amount(name: string, text: string, [least, most]: Range): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new Error(`--${name} takes a number from ${least} to ${most}, not ${text}`);
}

function whole(name: string, text: string, range: Range): number {
  const value = amount(name, text, range);
  if (Number.isInteger(value)) return value;
  throw new Error(`--${name} takes a whole number, not ${text}`);
}
