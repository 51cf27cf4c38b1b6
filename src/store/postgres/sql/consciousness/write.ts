/** What a leader writes about consciousness: each row or list in one statement, all in one transaction behind the fence. */

/** One row when $1 leads or led last; none when a later epoch has written. Locks the row until the end of the transaction. */
export const CLAIM = {
  name: 'taskmesh_consciousness_claim',
  text: `
    INSERT INTO consciousness_state (id, epoch) VALUES (1, $1)
    ON CONFLICT (id) DO UPDATE SET epoch = EXCLUDED.epoch WHERE consciousness_state.epoch <= EXCLUDED.epoch
    RETURNING epoch`,
} as const;

export const SAVE_FOLD = {
  name: 'taskmesh_consciousness_save_fold',
  text: 'UPDATE consciousness_state SET seq = $1, snapshot = $2::json WHERE id = 1',
} as const;

export const SAVE_STANDING = {
  name: 'taskmesh_consciousness_save_standing',
  text: 'UPDATE consciousness_state SET standing = $1::json WHERE id = 1',
} as const;

export const ADD_PATTERN = {
  name: 'taskmesh_consciousness_add_pattern',
  text: `
    INSERT INTO pattern (id, kind, subject, text, evidence, found_at, seq, ended_at)
    VALUES ($1, $2, $3, $4, $5::json, $6, $7, $8)
    ON CONFLICT (id) DO UPDATE SET ended_at = EXCLUDED.ended_at`,
} as const;

export const ADD_INSIGHT = {
  name: 'taskmesh_consciousness_add_insight',
  text: `
    INSERT INTO insight (id, at, kind, subject, text, pattern_id, decision_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING`,
} as const;

export const ADD_EVENT = {
  name: 'taskmesh_consciousness_add_event',
  text: `
    INSERT INTO external_event (id, at, kind, subject, text, payload, told_by, seq)
    VALUES ($1, $2, $3, $4, $5, $6::json, $7, $8) ON CONFLICT (id) DO NOTHING`,
} as const;

export const ADD_LINE = {
  name: 'taskmesh_consciousness_add_line',
  text: 'INSERT INTO level_line (number, at, kind, entry) VALUES ($1, $2, $3, $4::json) ON CONFLICT (number) DO NOTHING',
} as const;

export const ADD_EPISODE = {
  name: 'taskmesh_consciousness_add_episode',
  text: `
    INSERT INTO episode
      (seq, at, kind, signature, type_key, task_id, attempt, features, terms, text, failed, seconds, surprise)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::json, $10, $11, $12, $13) ON CONFLICT (seq) DO NOTHING`,
} as const;

export const FORGET_EPISODES = {
  name: 'taskmesh_consciousness_forget_episodes',
  text: 'DELETE FROM episode WHERE seq = ANY ($1::bigint[])',
} as const;

/** A decision is made once; what came of it and what people say of it is added, and not taken away by who knew of neither. */
export const ADD_DECISION = {
  name: 'taskmesh_consciousness_add_decision',
  text: `
    INSERT INTO decision
      (id, at, kind, subject, level, mode, candidates, chosen, static_choice, reason, expected_effect, propensity, parameters,
       recalled, rating, rated_by, ended_at, ended, ended_by, ended_why, cost, static_cost, regret, pit, covered, affected, saved)
    VALUES ($1, $2, $3, $4, $5, $6, $7::json, $8, $9, $10, $11, $12, $13::json, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
            $24, $25, $26, $27)
    ON CONFLICT (id) DO UPDATE SET
      rating = COALESCE(EXCLUDED.rating, decision.rating), rated_by = COALESCE(EXCLUDED.rated_by, decision.rated_by),
      ended_at = COALESCE(EXCLUDED.ended_at, decision.ended_at), ended = COALESCE(EXCLUDED.ended, decision.ended),
      ended_by = COALESCE(EXCLUDED.ended_by, decision.ended_by), ended_why = COALESCE(EXCLUDED.ended_why, decision.ended_why),
      cost = COALESCE(EXCLUDED.cost, decision.cost), static_cost = COALESCE(EXCLUDED.static_cost, decision.static_cost),
      regret = COALESCE(EXCLUDED.regret, decision.regret), pit = COALESCE(EXCLUDED.pit, decision.pit),
      covered = COALESCE(EXCLUDED.covered, decision.covered),
      affected = CASE WHEN EXCLUDED.ended_at IS NULL THEN decision.affected ELSE EXCLUDED.affected END,
      saved = CASE WHEN EXCLUDED.ended_at IS NULL THEN decision.saved ELSE EXCLUDED.saved END`,
} as const;

/** Of the fold: what it would make again. Decisions, the ledger and what was told from outside stay. */
export const FORGET = [
  'UPDATE consciousness_state SET seq = 0, snapshot = NULL WHERE id = 1',
  'DELETE FROM pattern',
  'DELETE FROM episode',
] as const;
