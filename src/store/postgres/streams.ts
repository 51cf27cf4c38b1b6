/** The history and the log lines as subscribers replay them, and the writing of log lines. Called by the Postgres store. */
import type pg from 'pg';
import type { JsonObject } from '../../kit/json.js';
import type { CommittedEvent, EventType } from '../../events/catalogue.js';
import type { LogLevel, LogStream } from '../../lifecycle/vocabulary.js';
import type { EventFilter, LogRow, StoredLogRow } from '../store.js';
import { EVENTS_AFTER, LAST_EVENT, LOG_INSERT, LOGS_AFTER } from './sql/streams.js';
import { fromStoredText, toStoredText } from './stored-text.js';

interface StoredEvent {
  seq: string;
  at: string;
  type: EventType;
  mesh_id: string;
  task_id: string | null;
  from_status: string | null;
  to_status: string | null;
  payload: string;
}
interface StoredLine {
  id: string;
  task_id: string;
  attempt: number;
  line: number;
  at: string;
  stream: LogStream;
  level: LogLevel;
  text: string;
}

export class Streams {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async eventsAfter(after: number, filter: EventFilter, limit: number): Promise<{ events: CommittedEvent[]; scannedTo: number }> {
    const last = Number((await this.#pool.query<{ seq: string }>(LAST_EVENT)).rows[0]?.seq ?? 0);
    if (last <= after) return { events: [], scannedTo: after };
    const { meshId, taskId, types, statuses } = filter;
    const values = [after, meshId ?? null, taskId ?? null, types ?? null, statuses ?? null, limit, last];
    const { rows } = await this.#pool.query<StoredEvent>({ ...EVENTS_AFTER, values });
    const events = rows.map(eventFrom);
    return { events, scannedTo: events.length === limit ? (events.at(-1) as CommittedEvent).seq : last };
  }

  async append(rows: readonly LogRow[]): Promise<StoredLogRow[]> {
    if (rows.length === 0) return [];
    const values = [
      rows.map((row) => row.taskId),
      rows.map((row) => row.attempt),
      rows.map((row) => row.line),
      rows.map((row) => row.at),
      rows.map((row) => row.stream),
      rows.map((row) => row.level),
      rows.map((row) => toStoredText(row.text)),
    ];
    const stored = await this.#pool.query<Pick<StoredLine, 'id' | 'task_id' | 'attempt' | 'line'>>({ ...LOG_INSERT, values });
    const byKey = new Map(rows.map((row) => [`${row.taskId}:${row.attempt}:${row.line}`, row]));
    const lines = stored.rows.map(({ id, task_id, attempt, line }) => {
      const row = byKey.get(`${task_id}:${attempt}:${line}`) as LogRow;
      return { ...row, id: Number(id) };
    });
    return lines.sort((a, b) => a.id - b.id);
  }

  async logsAfter(taskId: string, after: number, limit: number): Promise<StoredLogRow[]> {
    const { rows } = await this.#pool.query<StoredLine>({ ...LOGS_AFTER, values: [taskId, after, limit] });
    return rows.map((row) => ({
      id: Number(row.id),
      taskId: row.task_id,
      attempt: row.attempt,
      line: row.line,
      at: Number(row.at),
      stream: row.stream,
      level: row.level,
      text: fromStoredText(row.text),
    }));
  }
}

function eventFrom(row: StoredEvent): CommittedEvent {
  return {
    seq: Number(row.seq),
    at: Math.round(Number(row.at)),
    type: row.type,
    meshId: row.mesh_id,
    taskId: row.task_id,
    from: row.from_status,
    to: row.to_status,
    payload: JSON.parse(row.payload) as JsonObject,
  };
}
