/**
 * `npm run demo:consciousness`: on a live server, within three minutes, a periodic failure is found and explained; a level is forced
 * and only thought; it is earned, with its evidence; starts are held back before the bad windows and the attempts that saved are
 * counted; a person vetoes, and the failures are back. All of it is told over subscriptions and stands in the history.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DemoSite } from '../demo-learning/site.js';
import {
  type Change,
  changeLines,
  type Decision,
  decisionLines,
  DECISIONS,
  ENDED,
  LEVELS,
  outcomeLine,
  PATTERNS,
  TOLD_KINDS,
} from './tellers.js';
import { DemoWork, PERIOD_MS } from './work.js';

const USAGE = `usage: npm run demo:consciousness -- [flags]
  --state-dir DIR   where the demo lives; removed at its end (.taskmesh/demo-consciousness)`;
const BUILT = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const MS_MAX = 180_000;
const FORCE_AT_MS = 5000;
/** Windows that were held back before the veto. */
const HELD = 3;

const FORCE =
  'mutation { evolveConsciousness(input: { level: COGNITIVE, why: "to see what it would hold back" }) { kind } }';
const VETO = 'mutation ($id: ID!) { vetoDecision(id: $id, why: "the sync has to go out today") { id } }';
const HISTORY = `{
  consciousness { level earned patternsHolding episodes insights decisions { kind mode made vetoed affected saved regret } objections { subject by owed } }
  consciousnessHistory { nodes { kind from to } }
}`;

class Demo {
  readonly #site: DemoSite;
  readonly #work: DemoWork;
  readonly #began = Date.now();
  /** Acting holds that are over, in their order, and those told of already. */
  readonly #told = new Set<string>();
  #held: Decision[] = [];
  #shadow = 0;
  #isClosing = false;
  #vetoedAt: number | undefined;
  readonly failures: number[] = [];

  constructor(stateDir: string) {
    this.#site = new DemoSite(stateDir);
    this.#work = new DemoWork(this.#site, join(stateDir, 'logs'));
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#work.stop();
    await this.#site.close();
  }

  async run(): Promise<void> {
    await this.#site.start([], {
      TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: '8',
      TASKMESH_CONSCIOUSNESS__INITIAL_AWARENESS_LEVEL: 'Basic',
      TASKMESH_CONSCIOUSNESS__EVOLUTION_RATE: '1',
    });
    this.say(
      `a sync every 0.4 s fails in one second of every ${PERIOD_MS / 1000}; galleries of pictures run beside it; nobody tells the server`,
    );
    void this.#listen().catch(
      (error: unknown) => this.#isClosing || this.say(`a stream ended: ${String(error)}`),
    );
    await this.#work.start((error) => this.say(`refused: ${String(error)}`));
    setTimeout(() => void this.#site.ask(FORCE), FORCE_AT_MS);
    while (!this.#isOver) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await this.#look();
    }
    this.#work.stop();
    await this.#summary();
  }

  say(...lines: readonly string[]): void {
    const at = ((Date.now() - this.#began) / 1000).toFixed(0).padStart(4);
    for (const [n, line] of lines.entries())
      process.stdout.write(`${n === 0 ? `${at} s` : '      '}  ${line}\n`);
  }

  /** A window and a half after the veto, or when it takes too long. */
  get #isOver(): boolean {
    const now = Date.now();
    return (
      now - this.#began > MS_MAX || (this.#vetoedAt !== undefined && now - this.#vetoedAt > 2.5 * PERIOD_MS)
    );
  }

  async #listen(): Promise<void> {
    const patterns = async (): Promise<void> => {
      for await (const { patternRecognized: one } of this.#site.follow<{
        patternRecognized: { kind: string; text: string };
      }>(PATTERNS, {}))
        this.say(`found: ${one.kind}: ${one.text}`);
    };
    const levels = async (): Promise<void> => {
      for await (const { consciousnessEvolved: one } of this.#site.follow<{ consciousnessEvolved: Change }>(
        LEVELS,
        {},
      ))
        this.say(...changeLines(one));
    };
    const decisions = async (): Promise<void> => {
      for await (const { decisionMade: one } of this.#site.follow<{ decisionMade: Decision }>(DECISIONS, {}))
        await this.#decided(one);
    };
    await Promise.all([patterns(), levels(), decisions()]);
  }

  async #decided(decision: Decision): Promise<void> {
    if (!TOLD_KINDS.includes(decision.kind)) return;
    this.say(...decisionLines(decision));
    const isDue = this.#held.length >= HELD && this.#vetoedAt === undefined;
    if (!isDue || decision.mode !== 'ACTING' || decision.kind !== 'HOLD') return;
    this.#vetoedAt = Date.now();
    await this.#site.ask(VETO, { id: decision.id });
    this.say('a person vetoes that: from now on the like is only thought');
  }

  async #look(): Promise<void> {
    const { decisions } = await this.#site.ask<{ decisions: { nodes: Decision[] } }>(ENDED);
    for (const decision of decisions.nodes.toReversed()) {
      if (this.#told.has(decision.id)) continue;
      this.#told.add(decision.id);
      this.say(outcomeLine(decision));
      if (decision.kind !== 'HOLD' || decision.outcome?.ended !== 'DONE') continue;
      if (decision.mode === 'ACTING') this.#held = [...this.#held, decision];
      else this.#shadow += decision.outcome.saved;
    }
    this.failures.push(await this.#work.failures());
  }

  async #summary(): Promise<void> {
    const state = await this.#site.ask<{
      consciousness: {
        level: string;
        earned: string;
        decisions: {
          kind: string;
          mode: string;
          made: number;
          affected: number;
          saved: number;
          regret: number;
        }[];
        objections: { subject: string; by: string; owed: number }[];
      };
      consciousnessHistory: { nodes: { kind: string; from: string | null; to: string }[] };
    }>(HISTORY);
    const { consciousness, consciousnessHistory } = state;
    const saved = this.#held.reduce((sum, { outcome }) => sum + (outcome?.saved ?? 0), 0);
    this.say(
      'in the history:',
      ...consciousnessHistory.nodes
        .toReversed()
        .map(({ kind, from, to }) => `${kind} ${from ?? ''} -> ${to}`),
      ...consciousness.decisions.map(
        ({ kind, mode, made, affected, saved: by, regret }) =>
          `${kind} ${mode}: ${made} decisions, ${affected} starts changed, ${by.toFixed(1)} attempts saved, regret ${regret.toFixed(1)} ${TOLD_KINDS.includes(kind) ? 's' : 'shares'}`,
      ),
      ...consciousness.objections.map(
        ({ subject, by, owed }) => `vetoed by ${by}: ${subject}; ${owed} times to pay first`,
      ),
      `attempts of the sync that failed: ${this.failures.at(-1) ?? 0}; saved by ${this.#held.length} holds: ${saved.toFixed(1)}; only thought, they would have been: ${this.#shadow.toFixed(0)}`,
    );
    const isWhole =
      saved > 0 &&
      this.#vetoedAt !== undefined &&
      consciousnessHistory.nodes.some(({ kind }) => kind === 'PROMOTED');
    if (!isWhole)
      throw new Error('not everything happened within three minutes; the machine may be too busy');
  }
}

/** Answers the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let stateDir: string;
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        'state-dir': { type: 'string', default: '.taskmesh/demo-consciousness' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(`${USAGE}\n`);
      return 0;
    }
    stateDir = values['state-dir'];
    if (!existsSync(BUILT)) throw new Error('run `npm run build` first');
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
    return 2;
  }
  const demo = new Demo(stateDir);
  const stop = (): void => void demo.close().finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await demo.run();
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  } finally {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
    await demo.close();
  }
}
