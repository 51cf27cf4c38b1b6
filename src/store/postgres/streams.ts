/** The history and the log lines as subscribers replay them, and the writing of log lines. Called by the Postgres store. */
import type pg from 'pg';
import type { JsonObject } from '../../kit/json.js';
import type { CommittedEvent, EventType } from '../../events/catalogue.js';
import type { LogLevel, LogStream } from '../../lifecycle/vocabulary.js';
import type { EventFilter, LogRow, StoredLogRow } from '../store.js';
import { APPEND_LOGS } from './sql/stream/append-logs.js';
import { eventsAfter } from './sql/stream/events-after.js';
import { LAST_LINES } from './sql/stream/last-lines.js';
import { LAST_FOLDED_EVENT } from './sql/stream/last-folded-event.js';
import { LOGS_AFTER } from './sql/stream/logs-after.js';
import { fromStoredText, toStoredText } from './stored-text.js';

interface StoredEvent {
  seq: string;
  at: string;
  type: EventType;
  mesh_id: string;
  task_id: string | null;
  from_status: string | null;
  to_status: string | null;
  payload: JsonObject;
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

/** How far one look goes where only types or statuses are asked for: no index has them, so it is a scan. */
const SCAN_MAX = 20_000;

export class Streams {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** The last seq is read first: what is folded later is for the next look. */
  async eventsAfter(
    after: number,
    filter: EventFilter,
    limit: number,
  ): Promise<{ events: CommittedEvent[]; scannedTo: number }> {
    const last = Number((await this.#pool.query<{ seq: string }>(LAST_FOLDED_EVENT)).rows[0]?.seq ?? 0);
    if (last <= after) return { events: [], scannedTo: after };
    const scans = filter.meshId === undefined && filter.taskId === undefined;
    const to = scans ? Math.min(last, after + Math.max(SCAN_MAX, limit)) : last;
    const { name, text, values } = eventsAfter({ after, to, limit }, filter);
    const { rows } = await this.#pool.query<StoredEvent>({ name, text, values: [...values] });
    const events = rows.map(eventFrom);
    return { events, scannedTo: events.length === limit ? (events.at(-1) as CommittedEvent).seq : to };
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
    return (await this.#pool.query<StoredLine>({ ...APPEND_LOGS, values })).rows.map(lineFrom);
  }

  async logsAfter(taskId: string, after: number, limit: number): Promise<StoredLogRow[]> {
    return (await this.#pool.query<StoredLine>({ ...LOGS_AFTER, values: [taskId, after, limit] })).rows.map(
      lineFrom,
    );
  }

  async lastLines(taskIds: readonly string[]): Promise<{ taskId: string; id: number }[]> {
    const { rows } = await this.#pool.query<{ task_id: string; id: string }>({
      ...LAST_LINES,
      values: [taskIds],
    });
    return rows.map(({ task_id, id }) => ({ taskId: task_id, id: Number(id) }));
  }
}

function lineFrom(row: StoredLine): StoredLogRow {
  return {
    id: Number(row.id),
    taskId: row.task_id,
    attempt: row.attempt,
    line: row.line,
    at: Math.round(Number(row.at)),
    stream: row.stream,
    level: row.level,
    text: fromStoredText(row.text),
  };
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
    payload: row.payload,
  };
}
