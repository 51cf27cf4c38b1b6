/** Cuts each table to its newest rows. $1: how many. Called once in a while by the leader. */
export const PRUNE_SAMPLES = `
  DELETE FROM training_sample WHERE seq <= (SELECT seq FROM training_sample ORDER BY seq DESC OFFSET $1 LIMIT 1)`;

export const PRUNE_PREDICTIONS = `
  DELETE FROM prediction WHERE (at, task_id) <= (SELECT at, task_id FROM prediction ORDER BY at DESC, task_id DESC OFFSET $1 LIMIT 1)`;

export const PRUNE_VERSIONS = `
  DELETE FROM learning_model AS old
  WHERE old.version <= (SELECT max(version) FROM learning_model AS m
    WHERE m.tenant_id = old.tenant_id AND m.name = old.name AND m.target = old.target) - $1`;

export const PRUNE_TRAININGS = `
  DELETE FROM training_run WHERE (tenant_id, target, id) IN
    (SELECT tenant_id, target, id FROM training_run ORDER BY started_at DESC, target, id OFFSET $1)`;

export const PRUNE_ALARMS = `
  DELETE FROM drift_alarm WHERE (seq, machine) IN (SELECT seq, machine FROM drift_alarm ORDER BY seq DESC, machine OFFSET $1)`;

export const PRUNE_TUNINGS = `
  DELETE FROM tuning_change WHERE id IN (SELECT id FROM tuning_change ORDER BY at DESC, id OFFSET $1)`;
