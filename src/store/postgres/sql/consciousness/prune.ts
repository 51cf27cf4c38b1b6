/** Cuts each table to its newest rows. $1: how many. Called once in a while by the leader. */
const cut = (table: string): string =>
  `DELETE FROM ${table} WHERE number <= (SELECT number FROM ${table} ORDER BY number DESC OFFSET $1 LIMIT 1)`;

export const PRUNE_PATTERNS = cut('pattern');
export const PRUNE_INSIGHTS = cut('insight');
export const PRUNE_EVENTS = cut('external_event');
export const PRUNE_DECISIONS = cut('decision');

/** Changes of level are kept for good, and so are the inputs that they followed from. */
export const PRUNE_OBSERVATIONS = `
  DELETE FROM level_line WHERE kind IN ('OBSERVED', 'PASSED') AND number <=
    (SELECT number FROM level_line WHERE kind IN ('OBSERVED', 'PASSED') ORDER BY number DESC OFFSET $1 LIMIT 1)
    AND NOT EXISTS (SELECT 1 FROM level_line next WHERE next.number = level_line.number + 1
      AND next.kind NOT IN ('OBSERVED', 'PASSED', 'CHECKPOINT'))`;
