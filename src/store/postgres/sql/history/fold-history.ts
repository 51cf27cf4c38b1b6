/** Moves history out of the tail, batches with about $1 events (null: all); answers up to which batch the tables hold it. */
export const FOLD_HISTORY = {
  name: 'taskmesh_fold_history',
  text: 'SELECT taskmesh_fold_history($1) AS batch',
} as const;
