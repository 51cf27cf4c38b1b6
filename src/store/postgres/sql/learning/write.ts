/** What a leader writes about learning, each list in one statement, all in one transaction that begins with the fence. */

/** One row when $1 leads or led last; none when a later epoch has written. Locks the row until the end of the transaction. */
export const CLAIM = {
  name: 'taskmesh_learning_claim',
  text: `
    INSERT INTO learning_state (id, epoch) VALUES (1, $1)
    ON CONFLICT (id) DO UPDATE SET epoch = EXCLUDED.epoch WHERE learning_state.epoch <= EXCLUDED.epoch
    RETURNING epoch`,
} as const;

export const SAVE_STATE = {
  name: 'taskmesh_learning_save_state',
  text: 'UPDATE learning_state SET seq = $1 WHERE id = 1',
} as const;

export const SAVE_FOLD = {
  name: 'taskmesh_learning_save_fold',
  text: `
    INSERT INTO learning_fold (tenant_id, observations, features_version, snapshot) VALUES ($1, $2, $3, $4::json)
    ON CONFLICT (tenant_id) DO UPDATE
      SET observations = EXCLUDED.observations, features_version = EXCLUDED.features_version, snapshot = EXCLUDED.snapshot`,
} as const;

export const FORGET_FOLDS = {
  name: 'taskmesh_learning_forget_folds',
  text: 'DELETE FROM learning_fold WHERE tenant_id = ANY ($1::text[])',
} as const;

export const ADD_SAMPLES = {
  name: 'taskmesh_learning_add_samples',
  text: `
    INSERT INTO training_sample
      (seq, at, task_id, attempt, type_key, machine, features_version, view, run_seconds, memory_peak_bytes, output_bytes, failed)
    SELECT seq, to_timestamp(at / 1000.0), task_id, attempt, type_key, machine, features_version, view, run_seconds,
           memory_peak_bytes, output_bytes, failed
    FROM unnest($1::bigint[], $2::float8[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::int[], $8::json[], $9::float8[],
                $10::bigint[], $11::bigint[], $12::bool[])
      AS u(seq, at, task_id, attempt, type_key, machine, features_version, view, run_seconds, memory_peak_bytes, output_bytes, failed)
    ON CONFLICT (seq) DO NOTHING`,
} as const;

export const ADD_MODEL = {
  name: 'taskmesh_learning_add_model',
  text: `
    INSERT INTO learning_model
      (name, family, target, version, features_version, trained_at, seq, rows, metrics, champion_of, parameters, tenant_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::json, $10, $11::json, $12)
    ON CONFLICT (tenant_id, name, target, version) DO UPDATE
      SET metrics = EXCLUDED.metrics, champion_of = EXCLUDED.champion_of, parameters = EXCLUDED.parameters`,
} as const;

export const ADD_TRAINING = {
  name: 'taskmesh_learning_add_training',
  text: `
    INSERT INTO training_run
      (target, id, model, requested_by, rows, seq, started_at, seconds, outcome, reason, steps, loss, curve, options, tenant_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::json, $15)
    ON CONFLICT (tenant_id, target, id) DO NOTHING`,
} as const;

export const ADD_ALARM = {
  name: 'taskmesh_learning_add_alarm',
  text: `
    INSERT INTO drift_alarm (seq, machine, at, factor_before, factor_after, error_before, error_after, tenant_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (seq, machine) DO NOTHING`,
} as const;

export const ADD_TUNING = {
  name: 'taskmesh_learning_add_tuning',
  text: `
    INSERT INTO tuning_change (id, at, parameter, scope, before, after, predicted_gain, realised_gain, reverted_at, tenant_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (id) DO UPDATE SET realised_gain = EXCLUDED.realised_gain, reverted_at = EXCLUDED.reverted_at`,
} as const;

/** Of the fold: what it would make again. Trainings, models and predictions stay. */
export const FORGET = [
  'UPDATE learning_state SET seq = 0 WHERE id = 1',
  'DELETE FROM learning_fold',
  'DELETE FROM training_sample',
] as const;
