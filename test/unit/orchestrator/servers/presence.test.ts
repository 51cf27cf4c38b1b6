/** A server among others: whom it takes for alive, whom it takes off the list, and what it learns of itself. */
import { beforeEach, expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/kit/clock.js';
import { Presence } from '../../../../src/orchestrator/servers/presence.js';
import { MemoryDatabase } from '../../../../src/store/memory/memory-database.js';
import { MemoryServers } from '../../../../src/store/memory/memory-servers.js';
import type { Roster, ServerState } from '../../../../src/store/servers.js';

const LEASE_MS = 5000;

let clock: VirtualClock;
let database: MemoryDatabase;
let leaderId: string | null;

class Server {
  state: ServerState = 'FOLLOWING';
  isCutOff = false;
  evictions = 0;
  heard: Roster[] = [];
  readonly presence: Presence;

  constructor(readonly name: string) {
    const servers = new MemoryServers(database, () => leaderId);
    this.presence = new Presence({
      servers: new Proxy(servers, {
        get: (target, method) =>
          this.isCutOff
            ? () => Promise.reject(new Error('the database is away'))
            : (Reflect.get(target, method) as () => unknown).bind(target),
      }),
      clock,
      identity: { id: name, home: name, instanceName: name, version: '1' },
      now: () => ({
        ...{ url: null, eventSeq: null, layers: [], state: this.state },
        epoch: this.state === 'LEADING' ? 1 : null,
      }),
      leaseMs: LEASE_MS,
      evicted: () => this.evictions++,
      heard: (roster) => this.heard.push(roster),
    });
  }

  lead(): void {
    this.state = 'LEADING';
    leaderId = this.name;
  }
}

async function pass(ms: number): Promise<void> {
  for (const until = clock.monotonic() + ms; ; ) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (clock.monotonic() >= until) return;
    clock.advance(Math.min(100, until - clock.monotonic()));
  }
}

async function started(name: string): Promise<Server> {
  const server = new Server(name);
  await server.presence.start();
  return server;
}

const names = (): string[] => [...database.servers.keys()].sort();

beforeEach(() => {
  clock = new VirtualClock();
  database = new MemoryDatabase({ now: () => clock.wall() });
  leaderId = null;
});

it('knows who else is there and who leads, and says when it stops', async () => {
  const a = await started('a');
  const b = await started('b');
  a.lead();
  await pass(1100);
  expect(a.presence.others.map(({ id }) => id)).toEqual(['b']);
  expect(b.presence.leader?.id).toBe('a');
  await b.presence.stop();
  await pass(1100);
  expect(a.presence.others).toEqual([]);
  expect(names()).toEqual(['a']);
});

it('takes off the list, while it leads, who has been silent for a lease; one that follows does not', async () => {
  const [a, b, c] = [await started('a'), await started('b'), await started('c')];
  c.isCutOff = true;
  await pass(LEASE_MS + 2000);
  expect(names()).toEqual(['a', 'b', 'c']);
  expect(b.presence.others.map(({ id }) => id)).toEqual(['a']);
  a.lead();
  await pass(1100);
  expect(names()).toEqual(['a', 'b']);
  c.isCutOff = false;
  await pass(1100);
  expect(c.evictions).toBe(1);
  expect(names()).toEqual(['a', 'b', 'c']);
});

it('takes nobody off when it was itself cut off from the database', async () => {
  const [a, b] = [await started('a'), await started('b')];
  a.lead();
  await pass(LEASE_MS + 1000);
  a.isCutOff = true;
  b.isCutOff = true;
  await pass(3 * LEASE_MS);
  expect(b.presence.living).toEqual([]);
  a.isCutOff = false;
  await pass(LEASE_MS - 1500);
  b.isCutOff = false;
  await pass(2 * LEASE_MS);
  expect(b.evictions).toBe(0);
  expect(names()).toEqual(['a', 'b']);
});

it('takes nobody off when the whole machine stood still', async () => {
  const [a, b] = [await started('a'), await started('b')];
  a.lead();
  await pass(2 * LEASE_MS);
  clock.advance(60_000); // no turn of the event loop in between
  await pass(LEASE_MS);
  expect([a.evictions, b.evictions]).toEqual([0, 0]);
});
