/**
 * No column holds what is only known after the decision. Three proofs: every field of the views is declared here with how it
 * is known beforehand; sources read no field beside these, whatever is put before them; and what an observation brought does
 * not change the row that was written for it.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Circumstances } from '../../../../src/learning/features/circumstances.js';
import { Encoder } from '../../../../src/learning/features/encoder.js';
import type { FeatureSource } from '../../../../src/learning/features/feature-source.js';
import { GraphAndSize } from '../../../../src/learning/features/graph-and-size.js';
import { RunningMeans } from '../../../../src/learning/features/running-means.js';
import { WordColumns } from '../../../../src/learning/features/words/word-columns.js';
import { placeView, taskView } from '../../../../src/learning/view.js';
import type { PlaceView, TaskView } from '../../../../src/learning/view.js';
import { sourcesBelow } from '../../../tidy/source-file.js';

/** A field that is added to a view is added here by whoever can say how it is known before the attempt starts. */
const taskKnownBy: Readonly<Record<keyof TaskView, string>> = {
  typeKey: 'the definition',
  toolKey: 'the definition',
  signature: 'the definition and the sizes of inputs',
  words: 'the definition',
  group: 'the definition',
  inputBytes: 'outputs of sources that completed',
  unpackedBytes: 'outputs of sources that completed',
  records: 'outputs of sources that completed',
  meshBytes: 'the submission',
  inputCount: 'the definition',
  outputCount: 'the definition',
  parents: 'the graph',
  children: 'the graph',
  depth: 'the graph',
  followingSeconds: 'estimates of what follows, at the decision',
  cpus: 'the definition',
  memoryBytes: 'the definition',
  attempt: 'the attempts before',
  queuedSeconds: 'the clock at the decision',
  lastError: 'the attempt before',
  at: 'the clock at the decision',
};
const placeKnownBy: Readonly<Record<keyof PlaceView, string>> = {
  machine: 'the candidate',
  layer: 'the candidate',
  nominal: 'what the machine advertises',
  load: 'the last heartbeat',
  overheadSeconds: 'starts before',
};

/** What an attempt brings, under the names that it has in the store and in the interface. */
const later = [
  'runSeconds', 'runMs', 'actual', 'outcome', 'errorCode', 'exitCode', 'failed', 'failure', 'cpuMs', 'cpuSeconds',
  'memoryPeakBytes', 'outputBytes', 'output', 'endedAt', 'finishedAt', 'completedAt', 'durationMs', 'bytesWritten',
]; // biome-ignore format: a list

const sources = (): FeatureSource[] => [
  new GraphAndSize(),
  new RunningMeans(),
  new WordColumns(),
  new Circumstances(),
];

function fieldsOf(name: string): string[] {
  const text = readFileSync('src/learning/view.ts', 'utf8');
  const body = new RegExp(`interface ${name} \\{([\\s\\S]*?)\\n\\}`).exec(text)?.[1] ?? '';
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, field]) => field as string);
}

const size = fc.option(fc.integer({ min: 0, max: 1e12 }));
const someTask: fc.Arbitrary<TaskView> = fc
  .record({
    typeKey: fc.constantFrom('command:align', 'command:sort', 'http:fetch'),
    signature: fc.constantFrom('', 's1', 's2'),
    words: fc.constantFrom('', 'align the reads', 'ordenar os dados', 'fetch page'),
    group: fc.constantFrom('', 'g'),
    inputBytes: size,
    unpackedBytes: size,
    records: size,
    meshBytes: size,
    inputCount: size,
    outputCount: size,
    parents: fc.nat(100),
    children: fc.nat(100),
    depth: fc.nat(100),
    followingSeconds: size,
    cpus: fc.option(fc.nat(64)),
    memoryBytes: size,
    attempt: fc.integer({ min: 1, max: 9 }),
    queuedSeconds: size,
    lastError: fc.option(fc.constantFrom('EXIT_1', 'OUT_OF_MEMORY', 'CONNECTION_RESET', 'HTTP_429', 'ODD')),
    at: fc.option(fc.integer({ min: 0, max: 4e12 })),
  })
  .map(taskView);
const somePlace: fc.Arbitrary<PlaceView> = fc
  .record({
    machine: fc.constantFrom('m1', 'm2'),
    layer: fc.constantFrom('LOCAL', 'CLUSTER', 'QUANTUM_SIM', 'ELSEWHERE'),
    nominal: fc.double({ min: 0.1, max: 10, noNaN: true }),
    load: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    overheadSeconds: fc.double({ min: 0, max: 100, noNaN: true }),
  })
  .map(placeView);
const someRun = fc.record({
  task: someTask,
  place: somePlace,
  actual: fc.double({ min: -7, max: 12, noNaN: true }),
});

function rowOf(encoder: Encoder, task: TaskView, place: PlaceView): number[] {
  const row = new Float64Array(encoder.columns.length);
  encoder.write(task, place, row);
  return [...row];
}

/** Answers any field, `later` for those that the view does not have, and notes which were read. */
function spied<T extends object>(view: T, seen: Set<string>, answer: unknown): T {
  return new Proxy(view, {
    get(target, field) {
      if (typeof field === 'string') seen.add(field);
      return field in target ? Reflect.get(target, field) : answer;
    },
    has: (target, field) => field in target || later.includes(String(field)),
  });
}

describe('columns are known before the decision', () => {
  it('every field of the views says how it is known', () => {
    expect(fieldsOf('TaskView').sort()).toEqual(Object.keys(taskKnownBy).sort());
    expect(fieldsOf('PlaceView').sort()).toEqual(Object.keys(placeKnownBy).sort());
  });

  it('no field of the views is one that an attempt brings', () => {
    const fields = [...fieldsOf('TaskView'), ...fieldsOf('PlaceView')];
    expect(fields.filter((field) => later.includes(field))).toEqual([]);
  });

  it('every source of columns is looked at here', () => {
    const written = sourcesBelow('src/learning').flatMap(({ text }) =>
      [...text.matchAll(/class (\w+) implements FeatureSource/g)].map(([, name]) => name),
    );
    expect(
      sources()
        .map((source) => source.constructor.name)
        .sort(),
    ).toEqual(written.sort());
  });

  it('sources read declared fields only, and what an attempt brings changes no column', () => {
    const read = { task: new Set<string>(), place: new Set<string>() };
    fc.assert(
      fc.property(
        fc.array(someRun, { maxLength: 5 }),
        someTask,
        somePlace,
        fc.anything(),
        (before, task, place, value) => {
          const encoder = new Encoder(sources());
          for (const run of before) encoder.learn(run.task, run.place, run.actual);
          const plain = rowOf(encoder, task, place);
          const brought = Object.fromEntries(later.map((field) => [field, value]));
          expect(rowOf(encoder, { ...task, ...brought }, { ...place, ...brought })).toEqual(plain);
          expect(rowOf(encoder, spied(task, read.task, value), spied(place, read.place, value))).toEqual(
            plain,
          );
        },
      ),
    );
    expect([...read.task].filter((field) => !(field in taskKnownBy))).toEqual([]);
    expect([...read.place].filter((field) => !(field in placeKnownBy))).toEqual([]);
  });

  it('a row does not change with what its own observation brings, and is finite', () => {
    fc.assert(
      fc.property(
        fc.array(someRun, { minLength: 1, maxLength: 12 }),
        fc.double({ min: -7, max: 12, noNaN: true }),
        (runs, other) => {
          const rowsOf = (last: number): number[][] => {
            const encoder = new Encoder(sources());
            return runs.map(({ task, place, actual }, i) => {
              const row = rowOf(encoder, task, place);
              encoder.learn(task, place, i === runs.length - 1 ? last : actual);
              return row;
            });
          };
          const rows = rowsOf((runs.at(-1) as (typeof runs)[number]).actual);
          expect(rowsOf(other)).toEqual(rows);
          expect(rows.flat().every(Number.isFinite)).toBe(true);
        },
      ),
    );
  });

  it('the proof can fail: a source that looks at the output is caught', () => {
    const peeking: FeatureSource = {
      name: 'peeking',
      columns: ['outputBytes'],
      write: (task, _place, into, at) => {
        into[at] = Number((task as unknown as { outputBytes?: number }).outputBytes ?? 0);
      },
      learn: () => undefined,
      snapshot: () => null,
      restore: () => undefined,
    };
    const encoder = new Encoder([peeking]);
    const task = taskView({ typeKey: 'a' });
    const place = placeView({ machine: 'm' });
    expect(rowOf(encoder, { ...task, outputBytes: 7 } as TaskView, place)).not.toEqual(
      rowOf(encoder, task, place),
    );
  });
});

describe('columns of the moment', () => {
  const columnsOf = (task: Partial<TaskView>, place: Partial<PlaceView> = {}): Record<string, number> => {
    const encoder = new Encoder([new Circumstances()]);
    const row = rowOf(encoder, taskView({ typeKey: 'a', ...task }), placeView({ machine: 'm', ...place }));
    return Object.fromEntries(encoder.columns.map((column, i) => [column, row[i] as number]));
  };

  it('tell how long the task waited, and whether that is known', () => {
    expect(columnsOf({ queuedSeconds: Math.E - 1 })).toMatchObject({
      queuedSecondsLog: 1,
      queuedSecondsKnown: 1,
    });
    expect(columnsOf({})).toMatchObject({ queuedSecondsLog: 0, queuedSecondsKnown: 0 });
  });

  it('name the layer', () => {
    expect(columnsOf({}, { layer: 'CLUSTER' })).toMatchObject({ onLOCAL: 0, onCLUSTER: 1, onQUANTUM_SIM: 0 });
  });

  it.each([
    ['EXECUTION_TIMEOUT', 'TIME'],
    ['HEARTBEAT_TIMEOUT', 'TIME'],
    ['CONNECT_TIMEOUT', 'NETWORK'],
    ['HOST_UNREACHABLE', 'NETWORK'],
    ['HTTP_502', 'NETWORK'],
    ['HTTP_429', 'BUSY'],
    ['HTTP_503', 'BUSY'],
    ['HTTP_404', 'REFUSED'],
    ['INVALID_OUTPUT', 'REFUSED'],
    ['OUT_OF_MEMORY', 'MEMORY'],
    ['SIGNAL_SIGKILL', 'MEMORY'],
    ['EXIT_137', 'MEMORY'],
    ['SIGNAL_SIGSEGV', 'CRASH'],
    ['MODULE_EXITED', 'CRASH'],
    ['EXIT_1', 'OTHER'],
    ['my own code', 'OTHER'],
  ])('%s is of the class %s', (lastError, wanted) => {
    const row = columnsOf({ lastError });
    const set = Object.keys(row).filter((column) => column.startsWith('after') && row[column] === 1);
    expect(set).toEqual([`after${wanted}`]);
  });
});
