/** What the orchestrator is made of, and what it tells of its leaderships. The composition root and the simulation fill it in. */
import type { CommittedEvent } from '../events/catalogue.js';
import type { Clock } from '../kit/clock.js';
import type { Random } from '../kit/random.js';
import type { Layer } from '../layers/layer.js';
import type { LayerName } from '../lifecycle/vocabulary.js';
import type { Store } from '../store/store.js';
import type { Advisor } from './advisor.js';
import type { CommitReport } from './committer.js';
import type { Dispatcher } from './dispatcher.js';
import type { Peers } from './servers/peers.js';

export interface OrchestratorOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly layers: ReadonlyMap<LayerName, Layer>;
  readonly dispatcher: Dispatcher;
  readonly advisor: Advisor;
  readonly publish: (events: readonly CommittedEvent[]) => void;
  readonly committed: (report: CommitReport) => void;
  /** A commit was answered otherwise: fenced, rejected or unknown. */
  readonly unanswered: (kind: string) => void;
  /** Leadership gained, lost, or impossible to recover: for the log and for health. */
  readonly told: (event: LeadershipEvent) => void;
  /** Another leads. */
  readonly following?: () => void;
  /** The other servers on the database; without them what another process ran is lost at once. */
  readonly peers?: Peers;
  /**
   * Resolves when this process knows who runs attempts beside it, no older than this call; rejects soon when it cannot: what
   * is not known to live would count as lost.
   */
  readonly beforeLeading?: () => Promise<void>;
  /** How long attempts may go on without a leadership before they are ended. */
  readonly leaderlessMs: number;
  /** How long running attempts may go on when the program stops. */
  readonly drainMs: number;
  /** How long those that are then told to end may take: longer than their layer's grace. */
  readonly endMs?: number;
}

export type LeadershipEvent =
  | { readonly kind: 'leading'; readonly epoch: number; readonly openTasks: number }
  | { readonly kind: 'lost'; readonly epoch: number; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };
