/** Rules, alerts and deliveries on PostgreSQL. Made by the composition root over the shared pool. */
import type pg from 'pg';
import type { AuditRow } from '../../../lifecycle/batch.js';
import { DEFAULT_MESH_ID } from '../../../lifecycle/default-mesh.js';
import type {
  AlertFilter,
  AlertPosition,
  AlertRow,
  AlertRuleRow,
  AlertRuleText,
  AlertSeverity,
  AlertStore,
  AlertWrite,
  DueDelivery,
  LateMesh,
  OpenAlert,
} from '../../alerts.js';
import type { Slice } from '../../numbered-feed.js';
import { auditEntry } from '../commit/audit-columns.js';
import { type Query, writeFenced } from '../fenced-write.js';
import {
  ACKNOWLEDGE,
  alertsIn,
  CLAIM,
  MESHES_OLDER_THAN,
  NAMES_OF_MESHES,
  OCCUR,
  OPEN,
  POSITION,
  PRUNE,
  RAISE,
  REPEAT,
  RESOLVE,
  SAVE_POSITION,
} from '../sql/alert/alerts.js';
import { ADD_DELIVERY, DUE, TRIED } from '../sql/alert/deliveries.js';
import { ADD_RULE, CHANGE_RULE, DELETE_RULE, RULES, SILENCE_RULE } from '../sql/alert/rules.js';
import { fromStoredText, toStoredText } from '../stored-text.js';
import {
  alertFrom,
  dueFrom,
  ruleFrom,
  ruleValues,
  type StoredAlert,
  type StoredDue,
  type StoredRule,
  storedOrNull,
} from './alert-rows.js';

interface StoredOpen {
  readonly id: string;
  readonly rule_id: string;
  readonly severity: AlertSeverity;
  readonly subject: string;
  readonly acknowledged: boolean;
  readonly quiet_seconds: number;
  readonly untold_seconds: number;
}

export class PostgresAlerts implements AlertStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async rules(): Promise<AlertRuleRow[]> {
    return (await this.#pool.query<StoredRule>(RULES)).rows.map(ruleFrom);
  }

  addRule(
    { id, createdBy, ...rule }: AlertRuleText & Pick<AlertRuleRow, 'id' | 'createdBy'>,
    audit: AuditRow,
  ): Promise<AlertRuleRow | undefined> {
    const values = [id, ...ruleValues(rule), toStoredText(createdBy), auditEntry(audit)];
    return this.#rule({ ...ADD_RULE, values });
  }

  changeRule(id: string, rule: AlertRuleText, audit: AuditRow): Promise<AlertRuleRow | undefined> {
    return this.#rule({ ...CHANGE_RULE, values: [id, ...ruleValues(rule), auditEntry(audit)] });
  }

  silenceRule(id: string, seconds: number, audit: AuditRow): Promise<AlertRuleRow | undefined> {
    return this.#rule({ ...SILENCE_RULE, values: [id, seconds, auditEntry(audit)] });
  }

  async deleteRule(id: string, audit: AuditRow): Promise<boolean> {
    const values = [id, auditEntry(audit)];
    return (await this.#pool.query({ ...DELETE_RULE, values })).rowCount === 1;
  }

  async #rule(query: Query): Promise<AlertRuleRow | undefined> {
    const { rows } = await this.#pool.query<StoredRule>({ ...query } as pg.QueryConfig);
    return rows[0] === undefined ? undefined : ruleFrom(rows[0]);
  }

  async position(): Promise<AlertPosition> {
    const { rows } = await this.#pool.query<{ event_seq: string | null; insight_number: string | null }>(
      POSITION,
    );
    return {
      eventSeq: Number(rows[0]?.event_seq ?? 0),
      insightNumber: Number(rows[0]?.insight_number ?? 0),
    };
  }

  async open(): Promise<OpenAlert[]> {
    const { rows } = await this.#pool.query<StoredOpen>(OPEN);
    return rows.map(({ id, rule_id, subject, severity, acknowledged, quiet_seconds, untold_seconds }) => ({
      ...{ id, severity, acknowledged, ruleId: rule_id, subject: fromStoredText(subject) },
      quietSeconds: quiet_seconds,
      untoldSeconds: untold_seconds,
    }));
  }

  write(epoch: number, write: AlertWrite): Promise<boolean> {
    return writeFenced(this.#pool, { ...CLAIM, values: [epoch] }, queriesOf(write));
  }

  async meshesOlderThan(seconds: number, name: string | null, limit: number): Promise<LateMesh[]> {
    const pattern = name === null ? null : likePattern(toStoredText(name));
    const values = [seconds, pattern, limit, DEFAULT_MESH_ID];
    const { rows } = await this.#pool.query<LateMesh>({ ...MESHES_OLDER_THAN, values });
    return rows.map((row) => ({ ...row, name: fromStoredText(row.name) }));
  }

  async namesOfMeshes(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.#pool.query<{ id: string; name: string }>({
      ...NAMES_OF_MESHES,
      values: [ids],
    });
    return new Map(rows.map(({ id, name }) => [id, fromStoredText(name)]));
  }

  async alerts(
    { id, ruleId, severity, open, acknowledged }: AlertFilter,
    { after, before, newestFirst = false, limit }: Slice,
  ): Promise<AlertRow[]> {
    const values = [id, ruleId, severity, open, acknowledged, after, before, limit];
    const { rows } = await this.#pool.query<StoredAlert>({ ...alertsIn(newestFirst), values });
    return rows.map(alertFrom);
  }

  async acknowledge(
    id: string,
    { by, note }: { readonly by: string; readonly note: string | null },
    audit: AuditRow,
  ): Promise<AlertRow | undefined> {
    const values = [id, toStoredText(by), storedOrNull(note), auditEntry(audit)];
    const { rows } = await this.#pool.query<StoredAlert>({ ...ACKNOWLEDGE, values });
    return rows[0] === undefined ? undefined : alertFrom(rows[0]);
  }

  async due(limit: number, ofChannel: number): Promise<DueDelivery[]> {
    return (await this.#pool.query<StoredDue>({ ...DUE, values: [limit, ofChannel] })).rows.map(dueFrom);
  }

  async delivered(id: string, failure: string | null, againInSeconds: number | null): Promise<void> {
    await this.#pool.query({ ...TRIED, values: [id, storedOrNull(failure), againInSeconds] });
  }

  async prune(days: number): Promise<void> {
    await this.#pool.query({ ...PRUNE, values: [days] });
  }
}

function queriesOf({ position, raised, again, resolved, repeated, deliveries }: AlertWrite): Query[] {
  return [
    { ...SAVE_POSITION, values: [position.eventSeq, position.insightNumber] },
    ...raised.map(({ id, ruleId, ruleName, severity, subject, text, value, occurrences }) => ({
      ...RAISE,
      values: [
        ...[id, ruleId, toStoredText(ruleName), severity],
        ...[toStoredText(subject), toStoredText(text), value, occurrences],
      ],
    })),
    ...again.map(({ id, text, value, occurrences }) => ({
      ...OCCUR,
      values: [id, toStoredText(text), value, occurrences],
    })),
    ...(resolved.length > 0 ? [{ ...RESOLVE, values: [resolved] }] : []),
    ...(repeated.length > 0 ? [{ ...REPEAT, values: [repeated] }] : []),
    ...deliveries.map(({ id, alertId, phase, channel }) => ({
      ...ADD_DELIVERY,
      values: [id, alertId, phase, JSON.stringify(channel)],
    })),
  ];
}

/** Only `*` means more than itself. */
function likePattern(name: string): string {
  return name.replaceAll(/[\\%_]/g, '\\$&').replaceAll('*', '%');
}
