/**
 * What is committed about attempts ($2 and $3: task and number) that events $1 tell the ends of. Edges count as they were then:
 * those into a task cannot change once it has started, those out of it can. The token of an
 * attempt is the number of the event that tells its start.
 */
export const FACTS_OF = {
  name: 'taskmesh_learning_facts_of',
  text: `
    SELECT k.seq, m.id AS mesh_id, m.name AS mesh_name, t.spec, a.wait_ms, a.cpu_ms, a.memory_peak_bytes,
           a.failure, extract(epoch FROM a.started_at) * 1000 AS started_at,
           CASE WHEN a.outcome = 'COMPLETED' THEN s.output_bytes END AS output_bytes,
           into_it.parents, into_it.input_count, into_it.input_bytes, out_of_it.children,
           before_it.last_error, before_it.ended_before, start.payload AS started
    FROM unnest($1::bigint[], $2::uuid[], $3::int[]) AS k(seq, task_id, attempt)
    JOIN attempt a ON a.task_id = k.task_id AND a.attempt = k.attempt
    JOIN task t ON t.id = k.task_id
    JOIN task_state s ON s.task_id = k.task_id
    JOIN mesh m ON m.id = t.mesh_id
    LEFT JOIN event start ON start.seq = a.token AND start.task_id = k.task_id AND start.type = 'TASK_STARTED'
    LEFT JOIN LATERAL (
      SELECT b.failure ->> 'code' AS last_error, extract(epoch FROM b.finished_at) * 1000 AS ended_before
      FROM attempt b WHERE b.task_id = a.task_id AND b.attempt = a.attempt - 1
    ) AS before_it ON true
    CROSS JOIN LATERAL (
      SELECT count(*) AS parents, count(*) FILTER (WHERE d.type = 'DATA') AS input_count,
             COALESCE(sum(f.output_bytes) FILTER (WHERE d.type = 'DATA'), 0) AS input_bytes
      FROM edge d JOIN task_state f ON f.task_id = d.source_id
      WHERE d.target_id = k.task_id AND d.removed_seq = 0 AND d.type <> 'RESOURCE'
    ) AS into_it
    CROSS JOIN LATERAL (
      SELECT count(*) AS children FROM edge c
      WHERE c.source_id = k.task_id AND c.type <> 'RESOURCE' AND c.created_seq <= k.seq
        AND (c.removed_seq = 0 OR c.removed_seq > k.seq)
    ) AS out_of_it
    ORDER BY k.seq`,
} as const;
