/** A mesh as it was: what the page knows of it, with every status and time of one moment. Its clock stands still. */
import type { MeshMomentQuery, TaskStatus } from '../../generated/dashboard/graphql.js';
import { MeshState, type Snapshot } from '../mesh/mesh-state.js';

type Moment = MeshMomentQuery['meshAt'];

export class PastState extends MeshState {
  readonly #time: number;

  constructor(snapshot: Snapshot, moment: Moment, time: number) {
    const statuses = new Map(moment.tasks.map(({ id, status }) => [id, status]));
    const by = (column: readonly (number | null)[]): (number | null)[] =>
      column.map((at) => (at !== null && at <= time ? at : null));
    super({
      ...snapshot,
      status: moment.status,
      statuses: snapshot.ids.map((id): TaskStatus => statuses.get(id) ?? 'PENDING'),
      queuedAt: by(snapshot.queuedAt),
      startedAt: by(snapshot.startedAt),
      finishedAt: by(snapshot.finishedAt),
    });
    this.#time = time;
  }

  override now(): number {
    return this.#time;
  }

  /** Nothing of it goes on. */
  override get isOpen(): boolean {
    return false;
  }
}
