/** kill -9 of the server, round after round on the same state directory, at seeded moments under load. */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/kit/random.js';
import { type EventRow, type Evidence, postmasterOf } from '../support/kill-rounds/evidence.js';
import { brokenPromises } from '../support/kill-rounds/judge.js';
import { Notes } from '../support/kill-rounds/notes.js';
import { KILL_ROUNDS, moment, replayable } from '../support/kill-rounds/plan.js';
import { Site } from '../support/kill-rounds/site.js';
import type { ServerProcess } from '../support/server-process.js';

const CLIENTS = 5;
const DATABASE_AWAY_MS_MAX = 100;
/** How long the start of a server takes, about; some kills strike within it. */
const START_MS = 2000;

type Fault =
  | 'server'
  | 'server and PostgreSQL'
  | 'PostgreSQL, then the server'
  | 'server, and the next in its start';
const FAULTS: readonly Fault[] = [
  ...(['server', 'server', 'server', 'server', 'server', 'server', 'server'] as const),
  ...(['server and PostgreSQL', 'PostgreSQL, then the server', 'server, and the next in its start'] as const),
];

async function strike(site: Site, server: ServerProcess, fault: Fault, random: SeededRandom): Promise<void> {
  const postmaster = await postmasterOf(site.stateDir);
  await site.underLoad(random);
  if (fault === 'PostgreSQL, then the server') {
    site.notes.databaseAway = true;
    process.kill(postmaster.pid, 'SIGKILL');
    await moment(random.int(DATABASE_AWAY_MS_MAX));
  }
  site.rememberFamily();
  const gone = server.kill();
  if (fault === 'server and PostgreSQL') process.kill(postmaster.pid, 'SIGKILL');
  await gone;
}

async function round(site: Site, server: ServerProcess, random: SeededRandom): Promise<ServerProcess> {
  const fault = random.pick(FAULTS);
  const stop = new AbortController();
  await Promise.all([
    site.load(server, stop.signal),
    strike(site, server, fault, random).finally(() => stop.abort()),
  ]);
  site.notes.databaseAway = false;
  if (fault === 'server, and the next in its start') {
    const next = site.spawn();
    await moment(random.int(START_MS));
    site.rememberFamily();
    await next.kill();
  }
  // Half of the restarts come while the side process still ends what the dead server left running.
  if (random.int(2) === 0) await site.expectNoOrphans();
  const next = await site.start();
  await site.expectNoOrphans();
  return next;
}

describe('a server that is killed again and again under load', () => {
  it.concurrent.for(['first', 'second'])(
    'loses nothing it acknowledged, gives every attempt one outcome, leaves no process and finishes (%s directory)',
    { timeout: 60_000 + KILL_ROUNDS * 15_000 },
    async (half, { onTestFinished }) => {
      await replayable(async (seed) => {
        const random = new SeededRandom(seed).fork(half);
        const site = await Site.make(random, CLIENTS, onTestFinished);
        let server = await site.start();
        for (let number = 0; number < Math.ceil(KILL_ROUNDS / 2); number++) {
          server = await round(site, server, random.fork(`round${number}`));
        }
        await site.judge(server);
      });
    },
  );
});

const DEFAULT_MESH = '00000000-0000-7000-8000-000000000000';

/** A mesh `m` of `a` → `b` where `a` was lost once, a cancelled mesh `n` of `c`, and a task `d` of the default mesh. */
function honestNotes(): Notes {
  const notes = new Notes();
  const drawn = (name: string, kinds: [string, 'mark' | 'wait'][]): void =>
    void notes.drawn.set(name, { name, kinds: new Map(kinds), input: {} });
  drawn('one', [
    ['ka', 'mark'],
    ['kb', 'wait'],
  ]);
  drawn('two', [['kc', 'wait']]);
  notes.meshes.set('one', 'm').set('two', 'n');
  notes.tasks.set('d', 'wait');
  notes.cancelsSent.add('n');
  notes.cancelledMeshes.add('n');
  for (const { seq, taskId, from, to } of honestEvents())
    if (taskId !== null && to !== null) notes.told.push({ seq, taskId, from, to });
  return notes;
}

function honestEvents(): EventRow[] {
  const lines = [
    'MESH_SUBMITTED m - - - RUNNING',
    'TASK_QUEUED m a - PENDING QUEUED',
    'TASK_STARTED m a 1 QUEUED RUNNING',
    'TASK_QUEUED m a 1 RUNNING QUEUED',
    'MESH_SUBMITTED n - - - RUNNING',
    'TASK_QUEUED n c - PENDING QUEUED',
    'TASK_STARTED m a 2 QUEUED RUNNING',
    'TASK_STARTED n c 1 QUEUED RUNNING',
    'MESH_CANCELLED n - - RUNNING CANCELLED',
    'TASK_CANCELLED n c 1 RUNNING CANCELLED',
    'TASK_COMPLETED m a 2 RUNNING COMPLETED',
    'TASK_QUEUED m b - PENDING QUEUED',
    'TASK_STARTED m b 1 QUEUED RUNNING',
    'TASK_COMPLETED m b 1 RUNNING COMPLETED',
    'MESH_COMPLETED m - - RUNNING COMPLETED',
    `TASK_CREATED ${DEFAULT_MESH} d - - PENDING`,
    `TASK_QUEUED ${DEFAULT_MESH} d - PENDING QUEUED`,
    `TASK_STARTED ${DEFAULT_MESH} d 1 QUEUED RUNNING`,
    `TASK_COMPLETED ${DEFAULT_MESH} d 1 RUNNING COMPLETED`,
  ];
  return lines.map((line, index) => {
    const [type, meshId, taskId, attempt, from, to] = line
      .split(' ')
      .map((word) => (word === '-' ? null : word));
    return {
      ...{ seq: index + 1, type: type as string, meshId: meshId as string, taskId: taskId ?? null },
      ...{ attempt: attempt == null ? null : Number(attempt), from: from ?? null, to: to ?? null },
    };
  });
}

function honestEvidence(): Writable<Evidence> {
  return {
    events: honestEvents(),
    meshes: [
      { id: DEFAULT_MESH, name: 'default', status: 'RUNNING' },
      { id: 'm', name: 'one', status: 'COMPLETED' },
      { id: 'n', name: 'two', status: 'CANCELLED' },
    ],
    tasks: [
      { id: 'a', meshId: 'm', key: 'ka', status: 'COMPLETED', attempt: 2 },
      { id: 'b', meshId: 'm', key: 'kb', status: 'COMPLETED', attempt: 1 },
      { id: 'c', meshId: 'n', key: 'kc', status: 'CANCELLED', attempt: 1 },
      { id: 'd', meshId: DEFAULT_MESH, key: 'd', status: 'COMPLETED', attempt: 1 },
    ],
    attempts: [
      { taskId: 'a', attempt: 1, token: 1, outcome: 'CRASHED' },
      { taskId: 'a', attempt: 2, token: 2, outcome: 'COMPLETED' },
      { taskId: 'b', attempt: 1, token: 4, outcome: 'COMPLETED' },
      { taskId: 'c', attempt: 1, token: 3, outcome: 'CANCELLED' },
      { taskId: 'd', attempt: 1, token: 5, outcome: 'COMPLETED' },
    ],
    edges: [{ sourceId: 'a', targetId: 'b', type: 'HARD' }],
    commands: [
      { key: 'one', madeId: 'm' },
      { key: 'two', madeId: 'n' },
    ],
    lastEventSeq: 19,
    effects: ['a:1', 'a:2'],
  };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Row)[] ? Writable<Row>[] : T[K] };
type Planted = [fault: string, plant: (evidence: Writable<Evidence>, notes: Notes) => void, said: RegExp];

const drop = <Row>(rows: Row[], which: (row: Row) => boolean): void =>
  void rows.splice(rows.findIndex(which), 1);
const at = <Row>(rows: Row[], index: number): Row => rows[index] as Row;

const PLANTED: Planted[] = [
  [
    'a task that should have failed, and whose answer a kill has swallowed',
    ({ commands }, notes) => {
      notes.tasks.delete('d');
      notes.drawnTasks.set('key of d', 'doomed');
      commands.push({ key: 'key of d', madeId: 'd' });
    },
    /doomed task d .* ended as COMPLETED after COMPLETED, not FAILED/,
  ],
  [
    'a lost mesh',
    ({ meshes }) => drop(meshes, ({ id }) => id === 'm'),
    /mesh one was acknowledged as m, there is none/,
  ],
  [
    'a lost task of a mesh',
    ({ tasks }) => drop(tasks, ({ id }) => id === 'b'),
    /submitted with ka,kb, it has ka/,
  ],
  ['a lost task', ({ tasks }) => drop(tasks, ({ id }) => id === 'd'), /acknowledged task d is lost/],
  [
    'a submission made twice',
    ({ meshes }) => meshes.push({ id: 'x', name: 'one', status: 'COMPLETED' }),
    /made 2 times/,
  ],
  [
    'a forgotten key',
    ({ commands }) => drop(commands, ({ key }) => key === 'two'),
    /key two is remembered for undefined/,
  ],
  [
    'a cancel that did not last',
    ({ meshes }) => (at(meshes, 2).status = 'COMPLETED'),
    /cancel of n was acknowledged/,
  ],
  [
    'a start after the cancel',
    ({ events }) => events.splice(7, 0, ...events.splice(8, 1)),
    /c started after its cancel/,
  ],
  [
    'a gap in the history',
    ({ events }) => drop(events, ({ seq }) => seq === 12),
    /event 13 stands at place 12/,
  ],
  [
    'a state that is not its history',
    ({ tasks }) => (at(tasks, 1).status = 'FAILED'),
    /b is FAILED, its history says COMPL/,
  ],
  ['a second life', ({ events }) => (at(events, 11).taskId = 'a'), /event 12: a left COMPLETED/],
  [
    'a second outcome',
    ({ events }) => (at(events, 13).taskId = 'a'),
    /came to COMPLETED a second time|a left COMPLETED/,
  ],
  [
    'an attempt ended twice',
    ({ events }) => (at(events, 10).attempt = 1),
    /attempt a:1 came to COMPLETED a second time/,
  ],
  [
    'an attempt without outcome',
    ({ attempts }) => (at(attempts, 2).outcome = null),
    /attempt b:1 has no outcome/,
  ],
  [
    'a lost attempt',
    ({ attempts }) => drop(attempts, ({ token }) => token === 1),
    /a counts 2 attempts, its attempts are 2/,
  ],
  ['a token given twice', ({ attempts }) => (at(attempts, 4).token = 4), /token 4 was given twice/],
  [
    'a start too early',
    ({ edges }) => (at(edges, 0).sourceId = 'd'),
    /b started while its HARD source d was PENDING/,
  ],
  [
    'neighbours at once',
    ({ edges }) => edges.push({ sourceId: 'a', targetId: 'c', type: 'RESOURCE' }),
    /RESOURCE neighbour a/,
  ],
  ['an open mesh', ({ meshes }) => (at(meshes, 1).status = 'RUNNING'), /mesh one is still RUNNING/],
  [
    'a wrong end',
    ({ attempts }) => (at(attempts, 2).outcome = 'FAILED'),
    /wait task b .* not COMPLETED with fewer/,
  ],
  ['work without a start', ({ effects }) => effects.push('b:2'), /b:2 was done without a committed start/],
  ['work done twice', ({ effects }) => effects.push('a:2'), /attempt a:2 was done twice/],
  [
    'success without work',
    ({ effects }) => effects.pop(),
    /a:2 \(mark\) is COMPLETED and its work was not done/,
  ],
  ['a change never told', (_, { told }) => told.splice(4, 1), /a subscriber was told/],
  ['a last change never told', (_, { told }) => told.pop(), /told 14 of 15 changes/],
  ['a change told twice', (_, { told }) => told.push(at(told, 2)), /subscriber was told/],
  [
    'a change that was taken back',
    (_, { told }) => told.push({ seq: 99, taskId: 'a', from: null, to: 'FAILED' }),
    /told "99 a/,
  ],
  ['an answer out of place', (_, { surprises }) => surprises.push('NOT_FOUND'), /NOT_FOUND/],
];

describe('the judge of the kill rounds', () => {
  it('has nothing to say against an honest history', () => {
    expect(brokenPromises(honestEvidence(), honestNotes())).toEqual([]);
  });

  it.each(PLANTED)('finds %s', (_fault, plant, said) => {
    const [evidence, notes] = [honestEvidence(), honestNotes()];
    plant(evidence, notes);
    expect(brokenPromises(evidence, notes)).toContainEqual(expect.stringMatching(said));
  });
});
