/**
 * Consciousness on the program as people run it: a service breaks and mends, and REST, GraphQL, the command line, Prometheus
 * and the streams tell what was decided because of it; then a person vetoes, forces a level, and the server starts again.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { heard, rest } from '../../support/servers/doors.js';
import { graphql, serveProcess, type ServerProcess } from '../../support/server-process.js';
import { openPlace, type Place } from '../cli-program.js';

const SLOWLY = { timeout: 180_000 };
const TASKS = 40;

/** Answers 503 while it is broken, and counts what it is asked then. */
class Service {
  broken = false;
  askedBroken = 0;
  asked = 0;
  readonly #server: Server = createServer((_request, response) => {
    this.asked++;
    if (this.broken) this.askedBroken++;
    response.writeHead(this.broken ? 503 : 200, { 'content-type': 'application/json' }).end('{}');
  });

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const service = new Service();
let place: Place;
let server: ServerProcess;

const start = async (): Promise<ServerProcess> =>
  await serveProcess(place.stateDir, {
    DATABASE_URL: place.env.DATABASE_URL as string,
    TASKMESH_EXECUTION__HTTP_ALLOW_PRIVATE: '["127.0.0.1"]',
  });

beforeAll(async () => {
  await service.listen();
  place = await openPlace();
  server = await start();
}, SLOWLY.timeout);
afterAll(async () => {
  await server?.stop();
  await place?.close();
  await service.close();
}, SLOWLY.timeout);

/** Calls of the service, each tried up to so often. */
async function submit(name: string, attempts: number): Promise<string> {
  const retryPolicy = { maxAttempts: attempts, initialIntervalMs: 200, maxIntervalMs: 500 };
  const tasks = Array.from({ length: TASKS }, (_, at) => ({
    ...{
      key: `t${at}`,
      name: 'call',
      retryPolicy,
      work: { http: { method: 'GET', url: `${service.origin}/${at}` } },
    },
  }));
  const { submitMesh } = await graphql<{ submitMesh: { id: string } }>(
    server,
    'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }',
    { input: { name, tasks } },
  );
  return submitMesh.id;
}

const statusOf = async (meshId: string): Promise<string> =>
  (
    await graphql<{ mesh: { status: string } }>(server, 'query ($id: ID!) { mesh(id: $id) { status } }', {
      id: meshId,
    })
  ).mesh.status;

interface Told {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly mode: string;
  readonly reason: string;
  readonly outcome: { readonly ended: string; readonly affected: number; readonly saved: number } | null;
}

const decisions = async (): Promise<Told[]> =>
  (
    await graphql<{ decisions: { nodes: Told[] } }>(
      server,
      '{ decisions(filter: { kind: CIRCUIT_BREAK }) { nodes { id kind subject mode reason outcome { ended affected saved } } } }',
    )
  ).decisions.nodes;

/** A task that could start, and the decision that holds it back: by GraphQL, REST and on the command line. */
async function saysWhyItWaits(meshId: string): Promise<void> {
  const query =
    'query ($id: ID!) { tasks(filter: { meshId: $id, statuses: [QUEUED] }) { nodes { id status heldBy { kind subject reason } } } }';
  const held = {
    kind: 'CIRCUIT_BREAK',
    subject: service.origin,
    reason: expect.stringContaining('starts for'),
  };
  let id = '';
  await until('one waits', async () => {
    const { tasks } = await graphql<{ tasks: { nodes: { id: string; heldBy: object[] }[] } }>(server, query, {
      id: meshId,
    });
    const waiting = tasks.nodes.find(({ heldBy }) => heldBy.length > 0);
    if (waiting !== undefined) expect(waiting.heldBy).toEqual([held]);
    id = waiting?.id ?? '';
    return id !== '';
  });
  await until('REST says it', async () => {
    const { body } = await rest<{ held_by: { kind: string; id: string }[] }>(server, `/tasks/${id}`);
    return body.held_by.some((one) => one.kind === 'circuit_break' && one.id !== '');
  });
  await until('the command line says it', async () =>
    (await place.run('status', meshId)).stdout.includes('held by CIRCUIT_BREAK'),
  );
}

describe('a service that breaks', SLOWLY, () => {
  it('is given a rest after few requests, work waits instead of failing, and all of it is done when the service is back', async () => {
    service.broken = true;
    const told = heard<{ decisionMade: Told }>(
      server,
      'subscription { decisionMade(after: 0) { id kind subject mode reason outcome { ended } } }',
      1,
    );
    const meshId = await submit('calls', 20);
    const [first] = await told;
    expect(first?.decisionMade).toMatchObject({
      kind: 'CIRCUIT_BREAK',
      subject: service.origin,
      mode: 'ACTING',
    });
    expect(first?.decisionMade.reason).toContain('nothing that needs it starts for 5 s');
    await saysWhyItWaits(meshId);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    // without a rest it would have been as many as there are attempts
    expect(service.askedBroken).toBeLessThanOrEqual(10);
    expect(await statusOf(meshId)).toBe('RUNNING');
    service.broken = false;
    await until('all is done', async () => (await statusOf(meshId)) === 'COMPLETED', 120_000);
    await until('it is told what came of it', async () => (await decisions())[0]?.outcome != null);
    const [decision] = await decisions();
    expect(decision?.outcome).toMatchObject({ ended: 'DONE' });
    expect(decision?.outcome?.affected).toBeGreaterThan(20);
    expect(decision?.outcome?.saved).toBeGreaterThan(16);
  });

  it('is in REST, on the command line and for Prometheus', async () => {
    const { status, body } = await rest<{
      level: string;
      synchronisation: { caught_up: boolean };
      decisions: { kind: string; made: number; affected: number }[];
    }>(server, '/consciousness');
    expect(status).toBe(200);
    expect(body).toMatchObject({ level: 'basic', synchronisation: { caught_up: true } });
    expect(body.decisions.find(({ kind }) => kind === 'circuit_break')?.made).toBeGreaterThan(0);
    const shown = await place.run('consciousness');
    expect(shown.stderr).toBe('');
    expect(shown.stdout).toContain('BASIC (earned)');
    expect(shown.stdout).toContain('to earn COGNITIVE');
    expect(shown.stdout).toContain('CIRCUIT_BREAK');
    const listed = await place.run('decisions', '--json');
    expect(JSON.parse(listed.stdout)).toContainEqual(
      expect.objectContaining({ kind: 'CIRCUIT_BREAK', outcome: expect.objectContaining({ ended: 'DONE' }) }),
    );
    const text = await (await fetch(`${server.url}/metrics/prometheus`)).text();
    expect(text).toMatch(/^taskmesh_consciousness_level\{?.*0$/m);
    expect(text).toMatch(
      /^taskmesh_consciousness_decisions\{.*kind="CIRCUIT_BREAK",mode="ACTING",outcome="done".*\} [1-9]$/m,
    );
  });

  it('left episodes that are found by what they say', async () => {
    const { episodes } = await graphql<{ episodes: { episode: { typeKey: string; failed: boolean } }[] }>(
      server,
      '{ episodes(similarTo: { typeKey: "http:call", text: "call HTTP 503" }) { episode { typeKey failed surprise } } }',
    );
    expect(episodes.length).toBeGreaterThan(3);
    expect(episodes[0]?.episode.typeKey).toBe('http:call');
  });
});

describe('a person', SLOWLY, () => {
  it('vetoes on the command line: work goes on at once, and the like is only thought', async () => {
    service.broken = true;
    await submit('calls again', 4);
    await until('it is decided', async () => (await decisions()).some(({ outcome }) => outcome === null));
    const [open] = await decisions();
    const vetoed = await place.run('veto', open?.id as string, 'it is only the test');
    expect(vetoed.stdout).toContain('vetoed: CIRCUIT_BREAK');
    const asked = service.askedBroken;
    await until('it is asked again', () => Promise.resolve(service.askedBroken > asked + 10));
    await until('it is thought again', async () => (await decisions())[0]?.mode === 'SHADOW');
    const again = await place.run('veto', open?.id as string, 'again');
    expect(again.exitCode).not.toBe(0);
    expect(again.stderr).toContain('rate it instead');
    service.broken = false;
  });

  it('tells of events and forces a level by REST, and both are in the history over a restart', async () => {
    const told = await rest<{ kind: string; by: string }>(server, '/consciousness/events', {
      ...{ kind: 'DEPLOY', subject: 'calls', text: 'version 2' },
    });
    expect(told).toMatchObject({ status: 201, body: { kind: 'DEPLOY', by: 'owner' } });
    const forced = await rest<{ kind: string; evidence: object[] }>(server, '/consciousness/evolve', {
      ...{ level: 'cognitive', why: 'to see it', accept_risk: true },
    });
    expect(forced).toMatchObject({
      status: 200,
      body: { kind: 'RISK_TAKEN', to: 'cognitive', who: 'owner' },
    });
    await server.stop();
    server = await start();
    await until('it leads again', async () => {
      const { body } = await rest<{ synchronisation: { caught_up: boolean } }>(server, '/consciousness');
      return body.synchronisation.caught_up;
    });
    const { consciousness, consciousnessHistory, externalEvents } = await graphql<Record<string, never>>(
      server,
      '{ consciousness { level earned objections { subject } } consciousnessHistory { nodes { kind why } } externalEvents { nodes { subject } } }',
    );
    expect(consciousness).toEqual({
      ...{ level: 'COGNITIVE', earned: 'BASIC' },
      objections: [{ subject: service.origin }],
    });
    expect(consciousnessHistory).toMatchObject({
      nodes: [{ kind: 'RISK_TAKEN', why: 'to see it' }, { kind: 'STARTED' }],
    });
    expect(externalEvents).toEqual({ nodes: [{ subject: 'calls' }] });
  });
});
