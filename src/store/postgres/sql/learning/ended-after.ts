/**
 * Attempts that ended by themselves, told by events $1 < seq <= $2. A time-out in the queue tells of no attempt: it has no
 * run time. What waits is left out, because how long it takes stands in its work. A walk along the history, 1 us an event,
 * plus three look-ups by key for each end.
 */
export const ENDED_AFTER = {
  name: 'taskmesh_learning_ended_after',
  text: `
    SELECT e.seq, extract(epoch FROM e.at) * 1000 AS at, e.task_id, a.attempt, t.type_key, a.layer, a.node, a.outcome, a.run_ms
    FROM event e
    JOIN task t ON t.id = e.task_id
    JOIN attempt a ON a.task_id = e.task_id AND a.attempt = (e.payload ->> 'attempt')::int
    WHERE e.seq > $1 AND e.seq <= $2
      AND (e.type = 'TASK_COMPLETED' OR e.type = 'TASK_RETRYING' OR (e.type = 'TASK_FAILED' AND e.payload ->> 'runMs' IS NOT NULL))
      AND t.work_kind IS NOT NULL AND t.work_kind <> 'wait'
      AND a.run_ms IS NOT NULL AND a.outcome IN ('COMPLETED', 'FAILED', 'TIMED_OUT')
    ORDER BY e.seq`,
} as const;
