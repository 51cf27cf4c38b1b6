/** The families $1 of samples from $2 until $3 of server $4 (each may be null): of each server every n-th, the last among them. */
export const READ_SAMPLES = {
  name: 'taskmesh_read_samples',
  text: `
    WITH span AS (
      SELECT id, row_number() OVER (PARTITION BY server ORDER BY at DESC, id DESC) - 1 AS age,
             ceil(count(*) OVER () / $5::float8)::bigint AS step
      FROM metric_sample
      WHERE ($2::timestamptz IS NULL OR at >= $2) AND ($3::timestamptz IS NULL OR at < $3) AND ($4::text IS NULL OR server = $4)
    )
    SELECT m.at, m.server, coalesce(
      (SELECT jsonb_object_agg(family, m.metrics -> family) FROM unnest($1::text[]) AS family WHERE m.metrics ? family), '{}'
    ) AS metrics
    FROM span JOIN metric_sample AS m ON m.id = span.id
    WHERE span.age % span.step = 0
    ORDER BY m.at, m.id`,
} as const;
