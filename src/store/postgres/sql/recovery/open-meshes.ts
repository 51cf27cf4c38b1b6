/** Every mesh that has not ended, with the counts of its tasks (deleted ones left out) and its next ordinal (they count). */
export const OPEN_MESHES = `
  SELECT m.id, m.tenant_id, m.name, m.status, m.created_by, c.counts, COALESCE(o.next_ordinal, 0) AS next_ordinal
  FROM mesh m
  LEFT JOIN LATERAL (SELECT max(t.ordinal) + 1 AS next_ordinal FROM task t WHERE t.mesh_id = m.id) o ON true
  LEFT JOIN LATERAL (
    SELECT json_object_agg(g.status, g.count) AS counts
    FROM (
      SELECT s.status, count(*) FROM task t JOIN task_state s ON s.task_id = t.id
      WHERE t.mesh_id = m.id AND s.deleted_at IS NULL GROUP BY s.status
    ) g
  ) c ON true
  WHERE m.status IN ('RUNNING', 'PAUSED')`;
