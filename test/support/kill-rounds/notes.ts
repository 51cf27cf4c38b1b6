/** What the clients of the kill rounds were promised, for the judge to hold the server to. */
import type { DrawnMesh, TaskKind } from './meshes.js';

/** A change of status as a subscriber was told of it. */
export interface ToldChange {
  readonly seq: number;
  readonly taskId: string;
  readonly from: string | null;
  readonly to: string;
}

/** A server that keeps silent this long is as good as stuck. */
export const ANSWER_MS_MAX = 60_000;

export class Notes {
  /** Everything that was sent, acknowledged or not, by name. */
  readonly drawn = new Map<string, DrawnMesh>();
  /** Acknowledged meshes: name → id. */
  readonly meshes = new Map<string, string>();
  /** Tasks of the default mesh that were sent, acknowledged or not: idempotency key → kind. */
  readonly drawnTasks = new Map<string, TaskKind>();
  /** Acknowledged ones: id → kind. */
  readonly tasks = new Map<string, TaskKind>();
  /** Meshes and tasks whose cancel was sent, and those of them whose cancel was acknowledged. */
  readonly cancelsSent = new Set<string>();
  readonly cancelledMeshes = new Set<string>();
  readonly cancelledTasks = new Set<string>();
  /** In the order in which they came, over all connections. */
  readonly told: ToldChange[] = [];
  /** Requests that got no answer, or the answer that nothing is certain; each was sent again. */
  unanswered = 0;
  /** Set from a strike at the database until the server works again: reads may fail meanwhile, promises may not. */
  databaseAway = false;
  /** Answers that no kill excuses. */
  readonly surprises: string[] = [];
  #wake: (() => void)[] = [];

  /** Is this code of an error what a request meets that reads while the database is away? */
  excuses(code: unknown): boolean {
    return this.databaseAway && code === 'UNAVAILABLE';
  }

  /** Resolves with the next answer to anybody: from then on the server is under load. */
  nextAnswer(): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('no client was answered for a minute')), ANSWER_MS_MAX);
      this.#wake.push(() => {
        clearTimeout(late);
        resolve();
      });
    });
  }

  answered(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
