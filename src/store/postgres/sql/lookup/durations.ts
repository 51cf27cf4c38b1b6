/**
 * The newest run times of the kinds of task that ran last. Read from the end of the history backwards and no farther than
 * 50,000 attempts, so that a long history costs no more than a short one: a kind that ran before those is not told of.
 */
export const DURATIONS = {
  name: 'taskmesh_durations',
  text: `
    WITH recent AS (
      SELECT task_id, attempt, outcome, run_ms, finished_at FROM attempt
      ORDER BY finished_at DESC LIMIT 50000
    ), ranked AS (
      SELECT t.type_key, r.run_ms, max(r.finished_at) OVER (PARTITION BY t.type_key) AS last_at,
             row_number() OVER (PARTITION BY t.type_key ORDER BY r.finished_at DESC, r.task_id DESC, r.attempt DESC) AS place
      FROM recent r JOIN task t ON t.id = r.task_id
      WHERE r.outcome = 'COMPLETED' AND r.run_ms IS NOT NULL
    )
    SELECT type_key, array_agg(run_ms ORDER BY place) AS run_ms
    FROM ranked WHERE place <= $2
    GROUP BY type_key, last_at ORDER BY last_at DESC, type_key LIMIT $1`,
} as const;
