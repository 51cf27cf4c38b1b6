/** Samples the tables that grow with work: some 30,000 rows each, 0.1-0.3 s, without blocking anyone. */
export const ANALYZE_TABLES = 'ANALYZE task, task_state, edge, attempt, event';

/** Notes which of the tasks made since the last sweep are still open: some 3 us for each of them, beside the commits. */
export const SWEEP_OPEN_TASKS = 'SELECT taskmesh_sweep_open_tasks()';

/** Rows of the tail live for moments; autovacuum looks once a minute and would let it grow by hundreds of megabytes. */
export const VACUUM_TAIL = 'VACUUM history_tail';
