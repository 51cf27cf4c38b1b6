/** What recovery reads, one statement per list, all in one repeatable-read transaction; each costs O(open work). */

export const LEASE = `
  SELECT epoch, last_batch_seq, last_event_seq,
         extract(epoch FROM greatest(date_trunc('milliseconds', clock_timestamp()), last_batch_at)) * 1000 AS now
  FROM leader_lease`;

export const OPEN_MESHES = `
  SELECT m.id, m.name, m.status, m.created_by, c.counts, COALESCE(o.next_ordinal, 0) AS next_ordinal
  FROM mesh m
  LEFT JOIN LATERAL (SELECT max(t.ordinal) + 1 AS next_ordinal FROM task t WHERE t.mesh_id = m.id) o ON true
  LEFT JOIN LATERAL (
    SELECT json_object_agg(s.status, s.count) AS counts
    FROM (SELECT i.status, count(*) FROM task t JOIN task_state i ON i.task_id = t.id
          WHERE t.mesh_id = m.id AND i.deleted_at IS NULL GROUP BY i.status) s
  ) c ON true
  WHERE m.status IN ('RUNNING', 'PAUSED')`;

/** Open tasks and the ended ones downstream of them, into a table of this transaction that the other reads join. */
export const LOAD_TASKS = `
  CREATE TEMPORARY TABLE loaded_task ON COMMIT DROP AS
  WITH RECURSIVE loaded(id) AS (
    SELECT task_id FROM task_state WHERE finished_at IS NULL AND deleted_at IS NULL
    UNION
    SELECT e.target_id FROM loaded l JOIN edge e ON e.source_id = l.id AND e.removed_seq = 0
  )
  SELECT id FROM loaded`;

export const LOADED_TASKS = `
  SELECT t.id, t.mesh_id, t.key, i.status, i.attempt, i.crashes, t.ordinal, t.created_by, i.placed_on,
         i.deleted_at IS NOT NULL AS deleted,
         CASE WHEN i.finished_at IS NULL THEN t.spec END AS spec,
         extract(epoch FROM i.available_at - clock_timestamp()) * 1000 AS available_in_ms,
         CASE WHEN i.status = 'QUEUED' THEN extract(epoch FROM clock_timestamp() - i.queued_at) * 1000 END AS queued_for_ms
  FROM loaded_task l JOIN task t USING (id) JOIN task_state i ON i.task_id = t.id`;

export const LOADED_EDGES = `
  SELECT e.id, e.mesh_id, e.source_id, e.target_id, e.type, e.weight
  FROM loaded_task l JOIN edge e ON e.target_id = l.id AND e.removed_seq = 0`;

export const OPEN_ATTEMPTS = `
  SELECT a.task_id, a.attempt, a.token, a.layer, a.node
  FROM attempt a JOIN loaded_task l ON l.id = a.task_id
  WHERE a.outcome IS NULL`;
