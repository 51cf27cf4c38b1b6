/** Three servers on one database: a client cannot tell which of them it talks to. */
import { writeFile } from 'node:fs/promises';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { ServerProcess } from '../../support/server-process.js';
import { until } from '../../support/until.js';
import { Fleet } from '../../support/servers/fleet.js';

const closing: (() => Promise<void>)[] = [];
let fleet: Fleet;
let leader: ServerProcess;
let follower: ServerProcess;
let other: ServerProcess;

beforeAll(async () => {
  fleet = await Fleet.make((close) => closing.push(close));
  await fleet.startAll(3);
  leader = fleet.server(await fleet.leader());
  [follower, other] = (await fleet.followers()).map((number) => fleet.server(number)) as [
    ServerProcess,
    ServerProcess,
  ];
});

afterAll(async () => {
  for (const close of closing) await close();
});

interface Answer {
  /** Null with an error; then nobody looks into it. */
  readonly data: ReturnType<JSON['parse']>;
  readonly errors?: readonly { readonly message: string; readonly extensions: object }[];
}

async function ask(server: ServerProcess, query: string, variables: object = {}): Promise<Answer> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.token}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

async function rest(server: ServerProcess, method: string, path: string, body?: object) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${server.token}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    body: (await response.json().catch(() => null)) as ReturnType<JSON['parse']>,
  };
}

const SUBMIT = 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id status } }';
const CREATE = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id status key } }';
const later = '2099-01-01T00:00:00Z';
const wait = { wait: { durationMs: 1 } };

/** Ids and times are of the moment; everything else of an answer must be the same. */
function timeless(answer: unknown): unknown {
  const text = JSON.stringify(answer)
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
    .replace(/mesh-\d+/g, 'MESH');
  return JSON.parse(text);
}

let meshes = 0;

/** A life of changes and refusals, told by its answers. */
async function life(server: ServerProcess): Promise<unknown[]> {
  const told: unknown[] = [];
  const say = async (query: string, variables: object = {}): Promise<Answer> => {
    const answer = await ask(server, query, variables);
    told.push(timeless(answer));
    return answer;
  };
  const name = `mesh-${++meshes}`;
  const tasks = [
    { key: 'a', work: wait, hold: true },
    { key: 'b', work: wait, dependsOn: [{ task: 'a' }] },
  ];
  const input = { name, idempotencyKey: name, tasks };
  const id = (await say(SUBMIT, { input })).data.submitMesh.id as string;
  const again = await say(SUBMIT, { input });
  expect(again.data.submitMesh.id).toBe(id);
  await say(SUBMIT, { input: { ...input, tasks: tasks.slice(0, 1) } });
  await say(SUBMIT, { input: { name, tasks: [{ key: 'x', dependsOn: [{ task: 'x' }] }] } });
  const nodes = '{ mesh(id: $id) { tasks(first: 9) { nodes { id key status } } } }';
  const made = (await ask(server, `query ($id: ID!) ${nodes}`, { id })).data.mesh.tasks.nodes as {
    id: string;
  }[];
  const [a, b] = made.map((task) => task.id);
  await say('mutation ($a: ID!, $b: ID!) { addEdge(input: { sourceId: $b, targetId: $a }) { id } }', {
    a,
    b,
  });
  await say(
    'mutation ($id: ID!) { updateTask(id: $id, input: { name: "renamed", tags: ["t"] }) { name tags } }',
    {
      id: b,
    },
  );
  await say('mutation ($id: ID!) { pauseMesh(id: $id) { status } }', { id });
  await say('mutation ($id: ID!) { pauseMesh(id: $id) { status } }', { id });
  await say('mutation ($id: ID!) { resumeMesh(id: $id) { status } }', { id });
  await say(CREATE, {
    input: { name: 'one', startAfter: later, work: wait, meshId: id, dependsOn: [{ task: 'b' }] },
  });
  await say(CREATE, { input: { name: 'two', meshId: '01980000-0000-7000-8000-000000000000', work: wait } });
  await say('mutation ($id: ID!) { cancelMesh(id: $id) { id status } }', { id });
  await say('mutation ($id: ID!) { cancelMesh(id: $id) { id status } }', { id });
  await say('mutation ($id: ID!) { holdTask(id: $id) { id } }', { id: b });
  await say('mutation ($id: ID!) { deleteTask(id: $id) }', { id: b });
  await say('mutation ($id: ID!) { rerunMesh(id: $id, strategy: ALL) { parentMeshId } }', { id });
  const stranger = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'mutation ($id: ID!) { cancelMesh(id: $id) { id } }', variables: { id } }),
  });
  told.push(timeless(await stranger.json()));
  return told;
}

describe('a server that follows', () => {
  it('answers every change and every refusal as the one that leads', async () => {
    const [short, long] = [await life(leader), await life(follower)];
    expect(long).toEqual(short);
    expect(short.filter((answer) => (answer as Answer).errors !== undefined).length).toBeGreaterThan(5);
    expect(short.filter((answer) => (answer as Answer).errors === undefined).length).toBeGreaterThan(6);
  });

  it('answers REST as the one that leads, with the same statuses', async () => {
    const through = async (server: ServerProcess): Promise<unknown> => {
      const made = await rest(server, 'POST', '/tasks', { name: 'by rest', work: wait, start_after: later });
      const id = made.body.id as string;
      const answers = [
        made,
        await rest(server, 'POST', '/tasks', { name: '' }),
        await rest(server, 'DELETE', `/tasks/${id}`),
        await rest(server, 'DELETE', `/tasks/${id}`),
        await rest(server, 'GET', `/tasks/${id}`),
      ];
      return answers.map(({ status, body }) => [status, Object.keys(body ?? {}).sort(), body?.code ?? null]);
    };
    expect(await through(follower)).toEqual(await through(leader));
  });

  it('has models trained by the one that leads, and refuses as that one does', async () => {
    const train =
      'mutation ($model: String!) { trainModel(input: { model: $model }) { id model rows requestedBy } }';
    const refusals = await Promise.all(
      [leader, follower].map(async (server) => (await ask(server, train, { model: 'network' })).errors),
    );
    expect(refusals[1]).toEqual(refusals[0]);
    expect(refusals[0]?.[0]?.message).toContain('needs at least 20 completed attempts');
    const work = { command: { argv: ['true'] } };
    const tasks = Array.from({ length: 24 }, (_, at) => ({ key: `t${at}`, name: 'quick', work }));
    await ask(follower, SUBMIT, { input: { name: 'to learn from', tasks } });
    await until('they are learned', async () => {
      const { data } = await ask(leader, '{ learningMetrics { observations } }');
      return (data.learningMetrics.observations as number) >= 24;
    });
    const { data } = await ask(follower, train, { model: 'network' });
    expect(data.trainModel).toMatchObject({ model: 'network', rows: 24 });
    const { id } = data.trainModel as { id: string };
    await until('it is trained', async () => {
      const told = await ask(leader, '{ trainings(first: 9) { id outcome requestedBy } }');
      return (told.data.trainings as { id: string; outcome: string }[]).some(
        (one) => one.id === id && one.outcome === 'TRAINED',
      );
    });
    const cancel = 'mutation { cancelTraining(id: "none") }';
    expect((await ask(follower, cancel)).data).toEqual({ cancelTraining: false });
  });

  it('has decisions stopped and judged, levels forced and events taken in by the one that leads', async () => {
    const work = { command: { argv: ['false'] } };
    const metadata = { dependency: 'warehouse' };
    const tasks = Array.from({ length: 12 }, (_, at) => ({
      key: `t${at}`,
      name: 'needs it',
      work,
      ...{ metadata, retryPolicy: { maxAttempts: 100 } }, // it still runs when it is cancelled
    }));
    const made = await ask(leader, SUBMIT, { input: { name: 'in trouble', tasks } });
    const mesh = { id: made.data.submitMesh.id as string };
    const all =
      '{ decisions(filter: { kind: CIRCUIT_BREAK }) { nodes { id subject rating ratedBy outcome { ended by why } } } }';
    let id = '';
    await until('it is decided', async () => {
      const { data } = await ask(follower, all);
      id = (data.decisions.nodes as { id: string }[]).at(-1)?.id ?? '';
      return id !== '';
    });
    const veto =
      'mutation ($id: ID!) { vetoDecision(id: $id, why: "a test") { id outcome { ended by why } } }';
    expect((await ask(follower, veto, { id })).data).toEqual({
      vetoDecision: { id, outcome: { ended: 'VETOED', by: 'owner', why: 'a test' } },
    });
    const rate = 'mutation ($id: ID!) { rateDecision(id: $id, rating: 0.2, why: "well") { rating ratedBy } }';
    expect((await ask(follower, rate, { id })).data).toEqual({
      rateDecision: { rating: 0.2, ratedBy: 'owner' },
    });
    const undo = 'mutation ($id: ID!) { undoDecision(id: $id, why: "late") { id } }';
    const [here, there] = await Promise.all([leader, follower].map((server) => ask(server, undo, { id })));
    expect(there?.errors).toEqual(here?.errors);
    expect(here?.errors?.[0]?.message).toContain('rate it instead');
    const events = { kind: 'DEPLOY', subject: 'warehouse', text: 'version 2' };
    const told = await rest(follower, 'POST', '/consciousness/events', events);
    expect(told).toMatchObject({ status: 201, body: { ...events, by: 'owner' } });
    const forced = await rest(follower, 'POST', '/consciousness/evolve', {
      level: 'cognitive',
      why: 'to see',
    });
    expect(forced).toMatchObject({ status: 200, body: { kind: 'SHADOWED', to: 'cognitive', who: 'owner' } });
    for (const server of [follower, leader, other]) {
      const { data } = await ask(
        server,
        '{ consciousness { shadow objections { subject owed } } externalEvents { nodes { id subject } } }',
      );
      expect(data.externalEvents.nodes).toEqual([{ id: told.body.id, subject: 'warehouse' }]);
      if (server === other) continue;
      expect(data.consciousness).toEqual({
        shadow: 'COGNITIVE',
        objections: [{ subject: 'warehouse', owed: 3 }],
      });
    }
    await ask(leader, 'mutation ($id: ID!) { cancelMesh(id: $id) { id } }', mesh);
    await until('it is over', async () => {
      const { data } = await ask(leader, 'query ($id: ID!) { mesh(id: $id) { status } }', mesh);
      return data.mesh.status === 'CANCELLED';
    });
  });

  it('expects the end of a task as the one that leads does', async () => {
    const long = { wait: { durationMs: 30_000 } };
    const tasks = [
      { key: 'a', work: long },
      { key: 'b', work: long, dependsOn: [{ task: 'a' }] },
    ];
    const made = await ask(leader, SUBMIT, { input: { name: 'to come', tasks } });
    const { id } = made.data.submitMesh as { id: string };
    const etas =
      'query ($id: ID!) { mesh(id: $id) { tasks(first: 9) { nodes { key eta { p10 p50 p90 } } } } }';
    for (const server of [leader, follower]) {
      await until('both ends are expected', async () => {
        const { data } = await ask(server, etas, { id });
        const nodes = data.mesh.tasks.nodes as { key: string; eta: { p50: number } | null }[];
        const [a, b] = ['a', 'b'].map(
          (key) => nodes.find((node) => node.key === key)?.eta?.p50 ?? Number.NaN,
        );
        return (
          (a as number) > 10 && (a as number) <= 30.5 && Math.abs((b as number) - (a as number) - 30) < 1
        );
      });
    }
    await ask(leader, 'mutation ($id: ID!) { cancelMesh(id: $id) { id } }', { id });
  });

  it('reads what was acknowledged by any of them at once', async () => {
    for (const [to, from] of [
      [leader, follower],
      [follower, leader],
      [follower, other],
    ] as const) {
      const made = await ask(to, CREATE, { input: { name: 'read back', work: wait, startAfter: later } });
      const { id } = made.data.createTask as { id: string };
      const read = 'query ($id: ID!) { task(id: $id) { id status } events(taskId: $id) { nodes { type } } }';
      const { data } = await ask(from, read, { id });
      expect(data.task).toMatchObject({ id, status: 'PENDING' });
      expect(data.events.nodes).toContainEqual({ type: 'TASK_CREATED' });
    }
  });

  it('tells subscribers the same history from the same cursor, and goes on into the present', async () => {
    const { data } = await ask(leader, '{ status { lastEventSeq } }');
    const after = data.status.lastEventSeq as number;
    const heard = [leader, follower, other].map((server) => listen(server, after, 9));
    for (const server of [follower, leader, other]) {
      const tasks = [{ key: 'a', work: wait }];
      await ask(server, SUBMIT, { input: { name: 'watched', tasks } });
    }
    const [one, two, three] = await Promise.all(heard);
    expect(one?.map(({ to }) => to).sort()).toEqual([
      ...['COMPLETED', 'COMPLETED', 'COMPLETED'],
      ...['QUEUED', 'QUEUED', 'QUEUED'],
      ...['RUNNING', 'RUNNING', 'RUNNING'],
    ]);
    expect(two).toEqual(one);
    expect(three).toEqual(one);
    const middle = one?.[4]?.seq as number;
    expect(await listen(follower, middle, 4)).toEqual(one?.slice(5));
  });

  it('streams the lines of a task that runs elsewhere, while it runs', async () => {
    const argv = [
      'sh',
      '-c',
      'echo first; while [ ! -e "$0" ]; do sleep 0.05; done; echo last',
      `${fleet.root}/go`,
    ];
    const made = await ask(follower, CREATE, { input: { name: 'talks', work: { command: { argv } } } });
    const { id } = made.data.createTask as { id: string };
    const client = connect(follower);
    const lines: string[] = [];
    const query = 'subscription ($id: ID!) { taskLog(taskId: $id, after: 0) { text } }';
    for await (const answer of client.iterate<{ taskLog: { text: string } }>({ query, variables: { id } })) {
      expect(answer.errors).toBeUndefined();
      lines.push(answer.data?.taskLog.text as string);
      if (lines.length === 1) await writeFile(`${fleet.root}/go`, '');
      if (lines.length === 2) break;
    }
    client.terminate();
    expect(lines).toEqual(['first', 'last']);
  });

  it('shows the layers of the one that leads, and who else is there', async () => {
    const asked =
      '{ layers { name node slots } status { serverId leader leaderId epoch servers { id state lagEvents url } } }';
    const [short, long] = [(await ask(leader, asked)).data, (await ask(follower, asked)).data];
    expect(long.layers).toEqual(short.layers);
    expect(short.status).toMatchObject({ leader: true, leaderId: short.status.serverId });
    expect(long.status).toMatchObject({
      leader: false,
      leaderId: short.status.serverId,
      epoch: short.status.epoch,
    });
    const states = (long.status.servers as { id: string; state: string }[]).map(({ state }) => state);
    expect(states.sort()).toEqual(['FOLLOWING', 'FOLLOWING', 'LEADING']);
    const { status, body } = await rest(follower, 'GET', '/status');
    expect([status, body.leader, body.servers.length, body.leader_id]).toEqual([
      200,
      false,
      3,
      short.status.serverId,
    ]);
  });

  it('foresees the end of a mesh that the leader runs as the leader does', async () => {
    const tasks = ['a', 'b', 'c'].map((key, index, keys) => ({
      key,
      work: { wait: { durationMs: 4000 } },
      dependsOn: index === 0 ? [] : [{ task: keys[index - 1] }],
    }));
    const made = await ask(follower, SUBMIT, { input: { name: 'foreseen', tasks } });
    const { id } = made.data.submitMesh as { id: string };
    const [short, long] = await Promise.all([progressOf(leader, id), progressOf(follower, id)]);
    expect(short).toMatchObject({ total: 3, status: 'RUNNING' });
    expect(short.eta.p50).toBeGreaterThan(9);
    expect(Math.abs(long.eta.p50 - short.eta.p50)).toBeLessThan(1);
    expect({ ...long, eta: null }).toEqual({ ...short, eta: null });
    await ask(follower, 'mutation ($id: ID!) { cancelMesh(id: $id) { id } }', { id });
  });

  it('measures itself, and leaves the counting of tasks to the one that leads', async () => {
    const text = async (server: ServerProcess): Promise<string> =>
      await (
        await fetch(`${server.url}/metrics/prometheus`, {
          headers: { authorization: `Bearer ${server.token}` },
        })
      ).text();
    const [short, long] = [await text(leader), await text(follower)];
    expect(short).toMatch(/^taskmesh_leader 1$/m);
    expect(long).toMatch(/^taskmesh_leader 0$/m);
    expect(short).toContain('taskmesh_tasks{status="completed"}');
    expect(long).not.toContain('taskmesh_tasks{');
    for (const one of [short, long]) {
      expect(one).toContain('taskmesh_servers{state="leading"} 1');
      expect(one).toContain('taskmesh_servers{state="following"} 2');
      expect(one).toMatch(/^taskmesh_leader_epoch [1-9]$/m);
    }
    expect(Number(/^taskmesh_relay_taken_total (\d+)$/m.exec(short)?.[1])).toBeGreaterThan(5);
    expect(Number(/^taskmesh_relay_seconds_count (\d+)$/m.exec(long)?.[1])).toBeGreaterThan(5);
  });

  it('is healthy and ready', async () => {
    expect((await rest(follower, 'GET', '/health/ready')).status).toBe(200);
    const { data } = await ask(follower, '{ health { status ready checks { name ok detail } } }');
    expect(data.health).toMatchObject({ status: 'OK', ready: true });
    expect(data.health.checks).toContainEqual(
      expect.objectContaining({ name: 'leadership', detail: expect.stringMatching(/^follows /) }),
    );
  });
});

async function progressOf(server: ServerProcess, id: string) {
  const client = connect(server);
  const query = 'subscription ($id: ID!) { meshProgress(meshId: $id) { status total percent eta { p50 } } }';
  try {
    for await (const { data } of client.iterate<{ meshProgress: Progress }>({ query, variables: { id } }))
      if (data) return data.meshProgress;
  } finally {
    client.terminate();
  }
  throw new Error('nothing was told of its progress');
}

interface Progress {
  readonly status: string;
  readonly total: number;
  readonly percent: number;
  readonly eta: { readonly p50: number };
}

function connect(server: ServerProcess) {
  return createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${server.token}` },
  });
}

interface Change {
  readonly seq: number;
  readonly from: string;
  readonly to: string;
  readonly taskId: string;
}

async function listen(server: ServerProcess, after: number, count: number) {
  const client = connect(server);
  const heard: Change[] = [];
  const query = 'subscription ($after: SafeInt) { taskStatusChanged(after: $after) { seq from to taskId } }';
  for await (const { data, errors } of client.iterate<{ taskStatusChanged: Change }>({
    query,
    variables: { after },
  })) {
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    if (data) heard.push(data.taskStatusChanged);
    if (heard.length === count) break;
  }
  client.terminate();
  return heard;
}
