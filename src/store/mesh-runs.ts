/** Meshes of the same name as runs of one thing: how often, how they ended, how long they took. Only the doors call it. */

export interface MeshStatsFilter {
  readonly tenant: string;
  /** Back from now, by when the meshes were made. */
  readonly windowSeconds: number;
  readonly search?: string;
  readonly first: number;
}

/** The meshes of one name. Seconds from made to ended, of those that completed; null: none did. */
export interface MeshStatsRow {
  readonly name: string;
  readonly runs: number;
  readonly open: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly secondsP50: number | null;
  readonly secondsP95: number | null;
  readonly secondsP99: number | null;
  readonly lastAt: Date;
  readonly lastId: string;
}

export interface MeshRuns {
  /** By name, the one that was made last first; the meshes of tasks that name none are not among them. One statement. */
  meshStats(filter: MeshStatsFilter): Promise<MeshStatsRow[]>;
}
