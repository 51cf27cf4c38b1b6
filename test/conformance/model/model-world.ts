/** A database as the model tests need it: processes open stores over it, and the test reads its rows past all of them. */
import type { Advisor } from '../../../src/orchestrator/advisor.js';
import type { LeadershipEvent } from '../../../src/orchestrator/orchestrator-options.js';
import type { Clock, VirtualClock } from '../../../src/kit/clock.js';
import type { TaskSpec } from '../../../src/lifecycle/task.js';
import type { AttemptOutcome, MeshStatus, TaskStatus } from '../../../src/lifecycle/vocabulary.js';
import type { EdgeType } from '../../../src/mesh/edge-type.js';
import type { Store } from '../../../src/store/store.js';

export interface StoredTask {
  readonly id: string;
  readonly meshId: string;
  readonly status: TaskStatus;
  readonly attempt: number;
  readonly deleted: boolean;
  readonly spec: TaskSpec;
}

export interface StoredAttempt {
  readonly taskId: string;
  readonly attempt: number;
  readonly token: number;
  readonly outcome: AttemptOutcome | null;
}

export interface StoredRows {
  readonly meshes: readonly { readonly id: string; readonly status: MeshStatus }[];
  readonly tasks: readonly StoredTask[];
  /** Removed ones are left out. */
  readonly edges: readonly {
    readonly sourceId: string;
    readonly targetId: string;
    readonly type: EdgeType;
  }[];
  /** Those of deleted tasks may be left out: nobody reads them any more. */
  readonly attempts: readonly StoredAttempt[];
}

/** What advises a process, and is told when it leads. */
export interface ModelMind {
  readonly advisor: Advisor;
  readonly told: (event: LeadershipEvent) => void;
}

export interface ModelWorld {
  /** Of each process; absent: the plain advisor. */
  readonly mind?: (clock: Clock) => ModelMind;
  open(): Store;
  rows(): Promise<StoredRows>;
  /** The virtual clock is about to go on by so much: the database's clock with it. */
  passTime(ms: number): Promise<void>;
  /** Takes the leader's session from a store, as a broken link would. */
  breakSession(store: Store): Promise<void>;
}

/** Makes empty worlds, one after the other: what came before is forgotten. */
export interface ModelWorlds {
  make(clock: VirtualClock): Promise<ModelWorld>;
  close(): Promise<void>;
}
