/** Sends one batch: the function of the migration `servers`, prepared once per connection. */

/** Parameters of `taskmesh_commit`, in the order of `batchParameters`. */
export const COMMIT_PARAMETER_COUNT = 81;

const placeholders = Array.from({ length: COMMIT_PARAMETER_COUNT }, (_, index) => `$${index + 1}`).join(', ');

export const COMMIT_BATCH = {
  name: 'taskmesh_commit',
  text: `SELECT kind, at_ms, reason FROM taskmesh_commit(${placeholders})`,
} as const;
