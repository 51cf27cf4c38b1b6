/** Predictions of many attempts; one that is there gets its actual and its regret. */
export const SAVE_PREDICTIONS = {
  name: 'taskmesh_learning_save_predictions',
  text: `
    INSERT INTO prediction (task_id, attempt, mesh_id, type_key, at, layer, node, p05, p50, p95, model, model_version, medians,
                            policy, candidates, actual, regret, tenant_id)
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::float8[],
                         $9::float8[], $10::float8[], $11::text[], $12::int[], $13::json[], $14::text[], $15::json[],
                         $16::float8[], $17::float8[], $18::text[])
    ON CONFLICT (task_id, attempt) DO UPDATE SET actual = EXCLUDED.actual, regret = EXCLUDED.regret`,
} as const;
