/** One sample ($1 server, $2 metrics) more, and those older than $3 days fewer; at most a thousand at once. */
export const ADD_SAMPLE = {
  name: 'taskmesh_add_sample',
  text: `
    WITH swept AS (
      DELETE FROM metric_sample WHERE id IN (
        SELECT id FROM metric_sample WHERE at < clock_timestamp() - $3 * interval '1 day' ORDER BY at LIMIT 1000
      )
    )
    INSERT INTO metric_sample (server, metrics) VALUES ($1, $2::jsonb)`,
} as const;
