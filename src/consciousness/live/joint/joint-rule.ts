/**
 * Shares starts between the meshes that run at once by one objective over all of them, and replays what came of it. Where the level
 * may not, replays alone tell what it would bring. Called with meshes that begin and end; the pure part is
 * `policies/joint-objective.ts`.
 */
import type { Clock } from '../../../kit/clock.js';
import { candidate, type Proposal } from '../../decisions/decision.js';
import type { Observation } from '../../evolution/evidence.js';
import { usedSignals } from '../../evolution/gates.js';
import { rankOf } from '../../evolution/level.js';
import { nextWindow } from '../../patterns/temporal/period.js';
import {
  type BadWindow,
  JOINT_SIGNALS,
  type JointSignal,
  meanOf,
  type MeshLoad,
  type MeshNeed,
  needOf,
  shareOf,
  urgencyOf,
} from '../../policies/joint-objective.js';
import type { Fold } from '../fold/fold.js';
import type { BegunMesh } from '../policies/policy-rule.js';
import type { DecisionBook, Result } from '../records/decision-book.js';
import type { LevelKeeper } from '../records/level-keeper.js';
import { type EpisodeResult, episodeResult } from './episode.js';
import { Episodes } from './episodes.js';
import type { LoadOf, PlayTogether } from './together.js';

export interface JointRuleOptions {
  readonly book: DecisionBook;
  readonly levels: LevelKeeper;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly now: () => number;
  readonly fold: () => Fold;
  readonly loadOf: LoadOf;
  readonly together: PlayTogether;
}

const TASKS_MAX = 500;
const OPEN_MAX = 200;
/** Looks into the store for meshes that begin: so many at once, and so many a second. */
const BURST = 20;
const PER_SECOND = 2;
/** Slowdowns over which p99 is taken, and how many it takes at least. */
const TAIL_OVER = 200;
const TAIL_MIN = 100;
const WINDOWS_MAX = 10;
/** After a replay there is none for so many times as long as it took: it shares its thread with the core. */
const REST_PART = 19;
const UNKNOWN: Result = { cost: null, staticCost: null, affected: 0, saved: 0 };

interface Open {
  readonly load: MeshLoad;
  readonly need: MeshNeed;
  readonly urgency: number;
  readonly atMs: number;
  decisionId: string | undefined;
  result: Result;
  isRunning: boolean;
}

export class JointRule {
  readonly #options: JointRuleOptions;
  readonly #open = new Map<string, Open>();
  readonly #shared = new Set<string>();
  readonly #episodes = new Episodes();
  /** Episodes that are over, by the mesh that ended last. */
  readonly #over = new Map<string, readonly string[]>();
  #usual = 0;
  #tail: (readonly [even: number, joint: number])[] = [];
  #isLeading = false;
  #restUntil = 0;
  #credit = BURST;
  #creditedAt = 0;

  constructor(options: JointRuleOptions) {
    this.#options = options;
  }

  lead(): void {
    this.#isLeading = true;
  }

  end(): void {
    this.#isLeading = false;
    this.#open.clear();
    this.#shared.clear();
    this.#episodes.clear();
    this.#over.clear();
  }

  get isIdle(): boolean {
    return this.#shared.size === 0;
  }

  /** Beside the others; 1 where nothing was decided. */
  shareOf(meshId: string, open: number): number {
    if (!this.#shared.has(meshId)) return 1;
    const known = this.#open.get(meshId);
    if (known === undefined) return 1;
    return shareOf(urgencyOf(known.need, open, this.#options.now()), this.#usual);
  }

  async begun({ meshId, name, tasks }: BegunMesh): Promise<void> {
    if (!this.#isLeading || !this.#isWatched() || tasks > TASKS_MAX) return;
    if (!this.#hasCredit()) return;
    if (this.#open.size >= OPEN_MAX) await this.#beginAnew();
    const atMs = this.#options.now();
    const load = await this.#loadOf(meshId);
    if (load === null || !this.#isLeading) return;
    const windows = this.#windows(atMs);
    const need = needOf(load, this.#signals(), windows);
    const urgency = urgencyOf(need, need.tasks, atMs);
    const open: Open = { load, need, urgency, atMs, decisionId: undefined, result: UNKNOWN, isRunning: true };
    this.#open.set(meshId, open);
    this.#episodes.begun({ meshId, atMs });
    this.#reckon();
    if (this.#running.length > 1) await this.#decide({ meshId, name, tasks }, open);
  }

  /** It ended, however, just now. */
  ended(meshId: string): void {
    const open = this.#open.get(meshId);
    if (open === undefined) return;
    open.isRunning = false;
    this.#reckon();
    const episode = this.#episodes.ended(meshId);
    if (episode !== undefined) this.#over.set(meshId, episode);
  }

  /** All of it is stored. What the gates are told of the episode that ended with it. */
  async scored(meshId: string): Promise<Observation[]> {
    const episode = this.#over.get(meshId);
    if (episode === undefined) return [];
    this.#over.delete(meshId);
    return await this.#replay(episode);
  }

  async #decide({ meshId, name, tasks }: BegunMesh, open: Open): Promise<void> {
    const { levels, book } = this.#options;
    if (!levels.may('JOINT_OBJECTIVE') && !levels.shadows('JOINT_OBJECTIVE')) return;
    const release = (): Result => {
      this.#shared.delete(meshId);
      return open.result;
    };
    const proposal = this.#proposalOf({ meshId, name, tasks }, open);
    const row = await book.decide({ proposal, recalled: [], isRoutine: true, release });
    if (row === undefined || !this.#isLeading) return;
    open.decisionId = row.id;
    if (row.mode === 'ACTING') this.#shared.add(meshId);
  }

  #proposalOf({ meshId, name, tasks }: BegunMesh, { need, urgency }: Open): Proposal {
    const share = shareOf(urgency, this.#usual);
    const told = (seconds: number): string => `${Number(seconds.toPrecision(2))}`;
    const signals = [...this.#signals()];
    return {
      ...{
        kind: 'SHARE',
        subject: name === '' ? meshId : name,
        chosen: 'by need',
        staticChoice: 'equal shares',
      },
      candidates: [candidate('by need', 0), candidate('equal shares', 0)],
      reason: `${told(share)} times the share of starts, beside ${this.#running.length - 1} other meshes: ${told(need.work)} s of work are left of a mesh that alone takes ${told(need.ideal)} s (by ${signals.join(', ')})`,
      ...{ expectedEffect: 0, propensity: 1 },
      parameters: { meshId, tasks, share, workSeconds: need.work, idealSeconds: need.ideal, signals },
    };
  }

  async #replay(meshIds: readonly string[]): Promise<Observation[]> {
    const meshes = meshIds
      .map((meshId) => ({ meshId, open: this.#open.get(meshId) }))
      .filter((one): one is { meshId: string; open: Open } => one.open !== undefined);
    const { clock } = this.#options;
    const before = clock.monotonic();
    try {
      if (meshes.length < 2 || before < this.#restUntil) return [];
      const startMs = Math.min(...meshes.map(({ open }) => open.atMs));
      const windows = this.#windows(startMs).map(({ typeKey, fromMs, toMs }) => ({
        ...{ typeKey, fromMs: fromMs - startMs, toMs: toMs - startMs },
      }));
      const began = meshes.map(({ meshId, open }) => ({ meshId, atMs: open.atMs }));
      const together = await this.#options.together(began, windows);
      if (together === null) return [];
      const loads = meshes.map(({ open }) => open.load);
      const result = await episodeResult(loads, windows, together);
      if (result === null) return [];
      meshes.forEach(({ open }, at) => {
        const alone = together.alone[at] as number;
        open.result = {
          cost: alone * (result.joint[at] as number),
          staticCost: alone * (result.even[at] as number),
          ...{ affected: open.load.tasks.length, saved: 0 },
        };
      });
      return this.#told(result);
    } finally {
      const now = clock.monotonic();
      this.#restUntil = Math.max(this.#restUntil, now + REST_PART * (now - before));
      await this.#forget(meshes);
    }
  }

  #told({ observations, even, joint }: EpisodeResult): Observation[] {
    const pairs = even.map((slow, at) => [slow, joint[at] as number] as const);
    this.#tail = [...this.#tail, ...pairs].slice(-TAIL_OVER);
    const [episode] = observations;
    const acts = this.#options.levels.may('JOINT_OBJECTIVE');
    const gain = episode?.kind === 'JOINT_EPISODE' ? episode.gain : 0;
    return [
      ...observations,
      ...(this.#tail.length < TAIL_MIN ? [] : [{ kind: 'TAIL', ratio: tailRatio(this.#tail) } as const]),
      ...(acts ? [{ kind: 'ABLATION', level: 'TRANSCENDENT', gain } as const] : []),
    ];
  }

  async #forget(meshes: readonly { readonly meshId: string; readonly open: Open }[]): Promise<void> {
    for (const { meshId } of meshes) this.#open.delete(meshId);
    this.#reckon();
    for (const { meshId, open } of meshes) {
      this.#shared.delete(meshId);
      if (open.decisionId !== undefined) await this.#options.book.close(open.decisionId);
    }
  }

  /** Nothing is looked up where nothing could come of it for long. */
  #isWatched(): boolean {
    const { active, earned, shadow } = this.#options.levels.state;
    return [active, earned, shadow ?? 'BASIC'].some((level) => rankOf(level) >= rankOf('METACOGNITIVE'));
  }

  /** Those that were shown to matter; all, while none was. */
  #signals(): ReadonlySet<JointSignal> {
    const used = usedSignals(this.#options.levels.state.evidence);
    const believed = JOINT_SIGNALS.filter((signal) => used.includes(signal));
    return new Set(believed.length === 0 ? JOINT_SIGNALS : believed);
  }

  async #loadOf(meshId: string): Promise<MeshLoad | null> {
    const load = await this.#options.loadOf(meshId);
    if (load === null) return null;
    const tasks = load.tasks.map((task) => {
      const { attempts, failures } = this.#options.fold().profile(task.typeKey);
      return { ...task, failure: (failures + 0.1) / (attempts + 1) };
    });
    return { ...load, tasks };
  }

  #windows(atMs: number): BadWindow[] {
    const windows: BadWindow[] = [];
    for (const { typeKey, period } of this.#options.fold().periods()) {
      if (windows.length >= WINDOWS_MAX) break;
      const { fromMs, toMs } = nextWindow(period, atMs);
      windows.push({ typeKey, fromMs, toMs });
    }
    return windows;
  }

  #reckon(): void {
    this.#usual = meanOf(this.#running.map(({ urgency }) => urgency));
  }

  get #running(): Open[] {
    return [...this.#open.values()].filter(({ isRunning }) => isRunning);
  }

  /** Ends were missed. */
  async #beginAnew(): Promise<void> {
    this.#episodes.clear();
    this.#over.clear();
    await this.#forget([...this.#open].map(([meshId, open]) => ({ meshId, open })));
  }

  #hasCredit(): boolean {
    const now = this.#options.clock.monotonic();
    this.#credit = Math.min(BURST, this.#credit + ((now - this.#creditedAt) * PER_SECOND) / 1000);
    this.#creditedAt = now;
    if (this.#credit < 1) return false;
    this.#credit--;
    return true;
  }
}

function tailRatio(pairs: readonly (readonly [even: number, joint: number])[]): number {
  const p99 = (values: number[]): number =>
    values.sort((a, b) => a - b)[Math.floor(0.99 * (values.length - 1))] as number;
  return Number((p99(pairs.map(([, joint]) => joint)) / p99(pairs.map(([even]) => even))).toPrecision(4));
}
