/** Broken links: a commit whose answer is lost, a leader that falls silent, a database that goes away. */
import { connect, createServer, type Server, type Socket, type AddressInfo } from 'node:net';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock, type Clock, type Timer } from '../../../src/kit/clock.js';
import { PostgresStore } from '../../../src/store/postgres/postgres-store.js';
import { freshDatabase, type FreshDatabase } from '../../support/postgres.js';
import { Leader, mesh, task, uuid } from '../../support/store/batches.js';

const M = uuid(1);
const clock = new SystemClock({ timersHoldProcess: true });
let database: FreshDatabase;
let pool: pg.Pool;
const stores: PostgresStore[] = [];

beforeEach(async () => {
  database = await freshDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 4 });
  pool.on('error', () => undefined);
});

afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
  await pool.end();
  await database.drop();
});

function open(options: { url?: string; clock?: Clock; leaseMs?: number } = {}): PostgresStore {
  const store = new PostgresStore(pool, { url: database.url, clock, holder: 'test', ...options });
  stores.push(store);
  return store;
}

const endSessions = (name: string): Promise<unknown> =>
  pool.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()',
    [name],
  );

describe('a commit', () => {
  it('whose session is ended while it waits is unknown, and sent again it is applied once', async () => {
    const leader = await Leader.of(open());
    await leader.commit({ meshes: [mesh(M)] });
    const blocker = await pool.connect();
    await blocker.query('BEGIN');
    await blocker.query('SELECT * FROM leader_lease FOR UPDATE');
    const batch = leader.next({ tasks: [task(uuid(10), M)] }, [
      { type: 'TASK_CREATED', meshId: M, taskId: uuid(10) },
    ]);
    const sent = leader.send(batch);
    await commitWaits();
    await endSessions('taskmesh commit');
    expect(await sent).toMatchObject({ kind: 'unknown' });
    await blocker.query('ROLLBACK');
    blocker.release();
    expect(await leader.send(batch)).toMatchObject({ kind: 'applied' });
    expect(await leader.send(batch)).toMatchObject({ kind: 'applied' });
    expect(await leader.store.findTasks({ ids: [uuid(10)] })).toHaveLength(1);
  });

  it('whose answer is lost after the database applied it is unknown, and sent again it answers the same time', async () => {
    const link = await Link.to(database.url);
    const leader = await Leader.of(open({ url: link.url }));
    await leader.commit({ meshes: [mesh(M)] });
    const batch = leader.next({ tasks: [task(uuid(10), M)] }, [
      { type: 'TASK_CREATED', meshId: M, taskId: uuid(10) },
    ]);
    link.loseAnswers();
    const sent = leader.send(batch);
    await expect.poll(() => leader.store.findTasks({ ids: [uuid(10)] })).toHaveLength(1);
    const { rows } = await pool.query<{ at: Date }>('SELECT last_batch_at AS at FROM leader_lease');
    link.cut();
    expect(await sent).toMatchObject({ kind: 'unknown' });
    expect(await leader.send(batch)).toEqual({ kind: 'applied', at: rows[0]?.at.getTime() });
    expect((await leader.store.eventsAfter(0, {}, 10)).events).toHaveLength(1);
    await link.close();
  });

  it('that finds its idle connection gone takes a new one', async () => {
    const leader = await Leader.of(open());
    await leader.commit({ meshes: [mesh(M)] });
    await endSessions('taskmesh commit');
    const batch = leader.next({ tasks: [task(uuid(10), M)] });
    await expect.poll(() => leader.send(batch)).toMatchObject({ kind: 'applied' });
  });

  it('to a database that does not answer is unknown', async () => {
    const link = await Link.to(database.url);
    const leader = await Leader.of(open({ url: link.url }));
    await link.close();
    const batch = leader.next({ meshes: [mesh(M)] });
    expect(await leader.send(batch)).toMatchObject({ kind: 'unknown' });
    expect(await leader.send(batch)).toMatchObject({ kind: 'unknown' });
  });
});

/** A clock that can be stopped for one party, as a process is that the machine has suspended. */
class StoppableClock implements Clock {
  stopped = false;
  monotonic = (): number => clock.monotonic();
  wall = (): number => clock.wall();
  setTimer = (delayMs: number, fn: () => void): Timer => clock.setTimer(delayMs, () => this.stopped || fn());
}

describe('a leader', () => {
  it('that falls silent loses the lock when its lease is over, and is fenced when it wakes', async () => {
    const suspended = new StoppableClock();
    const leader = await Leader.of(open({ clock: suspended, leaseMs: 400 }));
    await leader.commit({ meshes: [mesh(M)] });
    suspended.stopped = true;
    const second = await open().lead(AbortSignal.timeout(10_000));
    expect(second.epoch).toBeGreaterThan(leader.lease.epoch);
    expect(await leader.send(leader.next({ tasks: [task(uuid(10), M)] }))).toEqual({ kind: 'fenced' });
    expect(await leader.lease.lost).toMatch(/session/);
  });

  it('that hears nothing stops believing before its lease is over', async () => {
    const link = await Link.to(database.url);
    const leader = await Leader.of(open({ url: link.url, leaseMs: 600 }));
    link.loseAnswers();
    expect(await leader.lease.lost).toBe('no answer from the database for 540 ms');
    await link.close();
  });

  it('that pings keeps its lease for as long as it likes', async () => {
    const leader = await Leader.of(open({ leaseMs: 300 }));
    const waiting = open().lead(AbortSignal.timeout(1_000));
    await expect(waiting).rejects.toThrow();
    await leader.commit({ meshes: [mesh(M)] });
  });
});

async function commitWaits(): Promise<void> {
  const waiting = `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'taskmesh commit' AND wait_event_type = 'Lock' AND datname = current_database()`;
  await expect.poll(async () => (await pool.query<{ count: number }>(waiting)).rows[0]?.count).toBe(1);
}

/** A link to the database that can lose what the database says, and be cut. */
class Link {
  readonly #server: Server;
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #losing = false;

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((near) => this.#join(near));
  }

  static async to(url: string): Promise<Link> {
    const link = new Link(new URL(url));
    await new Promise<void>((resolve) => link.#server.listen(0, '127.0.0.1', resolve));
    return link;
  }

  get url(): string {
    const url = new URL(this.#target);
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  loseAnswers(): void {
    this.#losing = true;
  }

  /** Ends every connection; new ones work again. */
  cut(): void {
    this.#losing = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket): void {
    const far = connect(Number(this.#target.port), this.#target.hostname);
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => this.#losing || near.write(chunk));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
