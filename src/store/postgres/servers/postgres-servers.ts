/** The list of servers, in the table `server`. Made by the composition root over the shared pool. */
import type { Json } from '../../../kit/json.js';
import type {
  Roster,
  ServerBeat,
  ServerIdentity,
  ServerRecord,
  Servers,
  ServerState,
} from '../../servers.js';
import type { Queries } from '../sessions/queries.js';
import { BEAT } from '../sql/server/beat.js';
import { EVICT } from '../sql/server/evict.js';
import { JOIN } from '../sql/server/join.js';
import { ROSTER } from '../sql/server/roster.js';
import { fromStoredText, toStoredText } from '../stored-text.js';

interface LeaseColumns {
  readonly lease_epoch: string;
  readonly holder: string | null;
  readonly acquired_at: Date | null;
  readonly last_event_seq: string;
}

interface ServerColumns {
  readonly id: string;
  readonly instance_name: string;
  readonly version: string;
  readonly url: string | null;
  readonly state: ServerState;
  readonly epoch: string | null;
  readonly lag_events: string;
  readonly layers: Json;
  readonly started_at: Date;
  readonly silent_ms: string;
}

type RosterRow = LeaseColumns & (ServerColumns | { readonly [K in keyof ServerColumns]: null });

export class PostgresServers implements Servers {
  readonly #pool: Queries;

  constructor(pool: Queries) {
    this.#pool = pool;
  }

  async join({ id, home, instanceName, version }: ServerIdentity, beat: ServerBeat): Promise<void> {
    const { url, state, epoch, layers } = beat;
    const texts = [id, home, instanceName, version].map(toStoredText);
    await this.#pool.query({ ...JOIN, values: [...texts, url, state, epoch, JSON.stringify(layers)] });
  }

  async beat(id: string, { url, state, epoch, eventSeq, layers }: ServerBeat): Promise<boolean> {
    const values = [toStoredText(id), url, state, epoch, eventSeq, JSON.stringify(layers)];
    return (await this.#pool.query({ ...BEAT, values })).rowCount === 1;
  }

  async roster(): Promise<Roster> {
    const { rows } = await this.#pool.query<RosterRow>(ROSTER);
    const { lease_epoch, holder, acquired_at, last_event_seq } = rows[0] as RosterRow;
    return {
      epoch: Number(lease_epoch),
      leaderId: holder === null ? null : fromStoredText(holder),
      leadingSince: acquired_at === null ? null : new Date(acquired_at),
      lastEventSeq: Number(last_event_seq),
      servers: rows.flatMap((row) => (row.id === null ? [] : [recordFrom(row)])),
    };
  }

  async evict(silentMs: number): Promise<string[]> {
    const { rows } = await this.#pool.query<{ id: string }>({ ...EVICT, values: [silentMs] });
    return rows.map(({ id }) => fromStoredText(id));
  }

  async leave(id: string): Promise<void> {
    await this.#pool.query('DELETE FROM server WHERE id = $1', [toStoredText(id)]);
  }
}

function recordFrom(row: ServerColumns): ServerRecord {
  return {
    id: fromStoredText(row.id),
    instanceName: fromStoredText(row.instance_name),
    version: fromStoredText(row.version),
    url: row.url,
    state: row.state,
    epoch: row.epoch === null ? null : Number(row.epoch),
    lagEvents: Number(row.lag_events),
    layers: row.layers,
    startedAt: new Date(row.started_at),
    silentMs: Math.max(0, Number(row.silent_ms)),
  };
}
