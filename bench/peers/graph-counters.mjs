/**
 * A graph on top of a job queue, as those build it who need one: a counter of unfinished parents for each task, in the
 * peer's own PostgreSQL, brought down in the transaction that completes the parents. Used by the peers that know no
 * graph of their own.
 */
const SCHEMA = `
CREATE TABLE counted_task (id int PRIMARY KEY, pending int NOT NULL, done boolean NOT NULL DEFAULT false);
CREATE TABLE counted_edge (parent int NOT NULL, child int NOT NULL);
CREATE INDEX ON counted_edge (parent);
CREATE FUNCTION finish_counted(finished int[]) RETURNS SETOF int LANGUAGE plpgsql AS $$
DECLARE
  fresh int[];
BEGIN
  WITH ended AS (UPDATE counted_task SET done = true WHERE id = ANY (finished) AND NOT done RETURNING id)
    SELECT array_agg(id) INTO fresh FROM ended;
  IF fresh IS NULL THEN RETURN; END IF;
  -- In the order of ids, or two transactions that share children wait for each other for ever.
  PERFORM 1 FROM counted_task
    WHERE id IN (SELECT child FROM counted_edge WHERE parent = ANY (fresh)) ORDER BY id FOR UPDATE;
  RETURN QUERY
    WITH fewer AS (
      UPDATE counted_task task SET pending = task.pending - met.count
        FROM (SELECT child, count(*)::int AS count FROM counted_edge WHERE parent = ANY (fresh) GROUP BY child) met
        WHERE task.id = met.child RETURNING task.id, task.pending)
    SELECT id FROM fewer WHERE pending = 0;
END $$`;

/** The tasks that wait for nothing come back: they go into the queue at once. */
export async function storeCounters(pool, { parents }) {
  const known = await pool.query("SELECT to_regclass('counted_task') AS it");
  if (known.rows[0].it === null) await pool.query(SCHEMA);
  await pool.query('TRUNCATE counted_task, counted_edge');
  await pool.query('INSERT INTO counted_task (id, pending) SELECT * FROM unnest($1::int[], $2::int[])', [
    parents.map((_, task) => task),
    parents.map((sources) => sources.length),
  ]);
  await pool.query('INSERT INTO counted_edge SELECT * FROM unnest($1::int[], $2::int[])', [
    parents.flat(),
    parents.flatMap((sources, task) => sources.map(() => task)),
  ]);
  return parents.flatMap((sources, task) => (sources.length === 0 ? [task] : []));
}
