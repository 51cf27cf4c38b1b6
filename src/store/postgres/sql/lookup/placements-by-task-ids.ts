/** What the starts of tasks told. Whole: PostgreSQL takes no JSON apart in which a text has a NUL, and other events have such. */
export const PLACEMENTS_BY_TASK_IDS = {
  name: 'taskmesh_placements_by_task_ids',
  text: `
    SELECT task_id, payload FROM event WHERE task_id = ANY($1::uuid[]) AND type = 'TASK_STARTED' ORDER BY seq`,
} as const;
