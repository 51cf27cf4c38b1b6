/**
 * Consciousness of a server: over the advice that there is anyway, when `consciousness.enabled` says so. It folds and decides
 * while this server leads.
 */
import { ConsciousnessAnswers } from '../consciousness/live/answers.js';
import { changeTasks } from '../consciousness/live/leader-changes.js';
import { LiveConsciousness } from '../consciousness/live/live-consciousness.js';
import type { Consciousness } from '../consciousness/consciousness.js';
import { RELATIVE_KINDS } from '../consciousness/decisions/decision.js';
import type { Waiting } from '../consciousness/decisions/starvation.js';
import { LEVELS, type Level, rankOf } from '../consciousness/evolution/level.js';
import type { Bus } from '../events/bus.js';
import type { CommittedEvent } from '../events/catalogue.js';
import type { MayHeedDrift } from '../learning/drift/drift-use.js';
import type { TuningWish } from '../learning/tuning/throughput/throughput-tuning.js';
import type { IdSource } from '../kit/ids.js';
import type { JsonObject } from '../kit/json.js';
import type { Advisor } from '../orchestrator/advisor.js';
import type { AdviceChange } from '../orchestrator/core/core-input.js';
import type { CoreState } from '../orchestrator/core/core-state.js';
import type { Orchestrator } from '../orchestrator/orchestrator.js';
import type { LeadershipEvent } from '../orchestrator/orchestrator-options.js';
import type { AskLeader, LeaderTasks } from '../store/relay.js';
import type { CoreParts } from './core-parts.js';
import type { ConsciousnessMeasure } from '../metrics/family/consciousness.js';
import type { Advice } from './learning.js';
import type { Started } from './started.js';
import { togetherOf } from './replay/together.js';
import { twinOf } from './replay/twin.js';

export interface Mind {
  readonly advisor: Advisor;
  /** For forecasts: what is predicted, and of what is advised what holds. */
  readonly forecaster: Advisor;
  readonly consciousness: Consciousness;
  /** May how much is done at once be otherwise than configured? */
  readonly mayTune: (wish: TuningWish) => boolean;
  /** May drift change where work starts? */
  readonly mayHeed: MayHeedDrift;
  /** What another server asks of this one because it leads. */
  readonly leaderTasks: LeaderTasks;
  told(event: LeadershipEvent): void;
}

interface MindParts extends CoreParts {
  readonly ids: IdSource;
  readonly events: Bus<CommittedEvent>;
  /** Without consciousness. */
  readonly advice: Pick<Advice, 'advisor' | 'plain' | 'tuned' | 'choices'>;
  readonly heed: (change: AdviceChange) => void;
  /** Undefined while this server leads. */
  readonly leader: () => AskLeader | undefined;
  readonly orchestrator: () => Orchestrator;
}

export function openMind(parts: MindParts, started: Started): Mind {
  const { options, clock, layers, database, metrics, events } = parts;
  const { advisor, plain, tuned, choices } = parts.advice;
  const { enabled, evolutionRate, initialAwarenessLevel } = options.config.consciousness;
  const failed = (error: unknown): void =>
    options.log.warn({ err: error }, 'consciousness is in trouble; trying again');
  const now = (): number => {
    const orchestrator = parts.orchestrator();
    return orchestrator.epoch === undefined ? clock.wall() : orchestrator.now();
  };
  const newId = (): string => parts.ids.next();
  const { store, reads, consciousness } = database;
  const rooms = () => [...layers.values()].map((layer) => ({ layer: layer.name, total: layer.capacity() }));
  const live = new LiveConsciousness({
    settings: { initialLevel: levelOf(initialAwarenessLevel), evolutionRate },
    store: consciousness,
    history: database.learning,
    ...{ clock, now, newId, failed },
    gateChanged: () => parts.heed({ kind: 'gateChanged' }),
    nodeOf: (layer) => layers.get(layer)?.node ?? '',
    reorder: (meshId) => parts.heed({ kind: 'estimatesChanged', meshId }),
    waiting: () => waitingIn(parts.orchestrator().core),
    twin: twinOf({ store, reads, rooms }),
    tuned,
    ...togetherOf({ store, reads, rooms, advisor, layers }),
  });
  if (enabled) hear(events, live);
  started.add('consciousness', () => live.follow());
  metrics.consciousness.from(() => (enabled ? measured(live, parts.orchestrator().core) : undefined));
  const lastEventSeq = (): Promise<number> => reads.lastEventSeq();
  const answers = new ConsciousnessAnswers({
    ...{ enabled, live, store: consciousness, newId, now, lastEventSeq },
    leader: parts.leader,
  });
  const over = enabled ? live.advisorOver(advisor, plain, choices) : undefined;
  return {
    advisor: over ?? advisor,
    forecaster: over?.forecaster() ?? advisor,
    consciousness: answers,
    mayTune: (wish) => !enabled || live.mayTune(wish),
    mayHeed: (wish) => !enabled || live.mayHeed(wish),
    leaderTasks: changeTasks(answers),
    told: (event) => {
      if (!enabled) return;
      if (event.kind === 'leading') live.lead(event.epoch);
      else void live.follow().catch(failed);
    },
  };
}

/** Runs that begin and end; one that is missed is not scored, and nothing is drawn for it. */
function hear(events: Bus<CommittedEvent>, live: LiveConsciousness): void {
  const deliver = (batch: readonly CommittedEvent[]): void => {
    for (const { type, meshId, payload } of batch) {
      if (type === 'MESH_SUBMITTED') live.meshBegan({ meshId, ...sizeOf(payload) });
      else if (type === 'MESH_COMPLETED' || type === 'MESH_FAILED') live.meshEnded(meshId);
      else if (type === 'MESH_CANCELLED') live.meshCancelled(meshId);
    }
  };
  events.subscribe({ deliver, missed: () => undefined });
}

function sizeOf({ name, tasks }: JsonObject): { name: string; tasks: number } {
  return { name: String(name ?? ''), tasks: Number(tasks ?? 0) };
}

/** Where this server follows, as the leader last wrote it; it is behind nothing then. */
function measured(live: LiveConsciousness, core: CoreState | undefined): ConsciousnessMeasure {
  const { active, earned } = live.levels.state;
  const { fold } = live.consumer;
  return {
    level: rankOf(active),
    earned: rankOf(earned),
    lagEvents: core === undefined ? 0 : Math.max(0, core.ledger.nextSeq - 1 - fold.seq),
    patterns: fold.patterns.length,
    insights: live.insights,
    decisions: live.book.tallies.all.map((tally) => {
      const { made, done, vetoed, undone } = tally;
      const isRelative = RELATIVE_KINDS.includes(tally.kind);
      return { ...tally, isRelative, open: made - done - vetoed - undone };
    }),
  };
}

function levelOf(configured: string): Level {
  return LEVELS.find((level) => level === configured.toUpperCase()) ?? 'BASIC';
}

/** Meshes with tasks that could start: not those that are paused, nor tasks that wait for a node, a neighbour or a decision. */
function waitingIn(core: CoreState | undefined): Waiting[] {
  if (core === undefined) return [];
  const kept = new Map<unknown, number>();
  const keep = (mesh: unknown): unknown => kept.set(mesh, (kept.get(mesh) ?? 0) + 1);
  for (const { mesh } of [...core.homeless, ...core.withheld]) keep(mesh);
  for (const tasks of core.blocked.values()) for (const { mesh } of tasks) keep(mesh);
  return [...core.meshes.values()].flatMap((mesh) => {
    const { id, status, counts } = mesh;
    const isWaiting = counts.QUEUED - (kept.get(mesh) ?? 0) > 0;
    if (status !== 'RUNNING' || !isWaiting) return [];
    const begun = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return [{ meshId: id, begun: begun - counts.PENDING - counts.HELD - counts.QUEUED }];
  });
}
