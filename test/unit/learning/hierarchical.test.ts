/** The log-linear model recovers what the rows were made of, and knows how sure it is. */
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../src/kit/random.js';
import type { Json } from '../../../src/kit/json.js';
import { Hierarchical } from '../../../src/learning/linear/hierarchical.js';
import { invert } from '../../../src/learning/dense.js';
import { placeView, taskView } from '../../../src/learning/view.js';
import type { PlaceView, TaskView } from '../../../src/learning/view.js';

/** Standard normal (Box and Muller). */
function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

const offsets: Record<string, number> = { slow: 0.4, plain: 0, fast: -0.5 };

/** Seconds = 2 × (bytes / 9 MB)^0.7 × machine × noise of 5 %. */
function seconds(task: TaskView, place: PlaceView, random: SeededRandom): number {
  const size = Math.log(task.inputBytes as number) - 16;
  return Math.exp(Math.log(2) + 0.7 * size + (offsets[place.machine] as number) + 0.05 * normal(random));
}

function world(seed: string): { random: SeededRandom; any: () => { task: TaskView; place: PlaceView } } {
  const random = new SeededRandom(seed);
  const any = () => ({
    task: taskView({ typeKey: 'app/sort', inputBytes: Math.exp(12 + 8 * random.next()) }),
    place: placeView({ machine: random.pick(['slow', 'plain', 'fast']) }),
  });
  return { random, any };
}

function trained(count: number, seed = 'known'): { model: Hierarchical; world: ReturnType<typeof world> } {
  const model = new Hierarchical();
  const made = world(seed);
  for (let i = 0; i < count; i++) {
    const { task, place } = made.any();
    model.learn(task, place, Math.log(seconds(task, place, made.random)));
  }
  return { model, world: made };
}

const meanOf = (model: Hierarchical, task: TaskView, place: PlaceView): number => {
  const belief = { mean: 0, sd: 0 };
  expect(model.predict(task, place, belief)).toBe(true);
  return belief.mean;
};

describe('the hierarchical model', () => {
  test('recovers the power of the size and the factors of the machines', () => {
    const { model } = trained(300);
    const at = (inputBytes: number, machine: string): number =>
      meanOf(model, taskView({ typeKey: 'app/sort', inputBytes }), placeView({ machine }));
    expect((at(1e8, 'plain') - at(1e6, 'plain')) / Math.log(100)).toBeCloseTo(0.7, 1);
    expect(at(1e7, 'slow') - at(1e7, 'plain')).toBeCloseTo(0.4, 1);
    expect(at(1e7, 'fast') - at(1e7, 'plain')).toBeCloseTo(-0.5, 1);
  });

  test('tells its coefficients, of a type and of one it never met, and of no type that it does not know', () => {
    const model = new Hierarchical();
    const random = new SeededRandom('told');
    for (let i = 0; i < 300; i++) {
      const inputBytes = Math.exp(12 + 8 * random.next());
      const [machine, factor] = i % 2 === 0 ? ['near', 1] : ['far', 2];
      const value = 0.5 * Math.log(inputBytes) + Math.log(factor as number);
      model.learn(taskView({ typeKey: 'a', inputBytes }), placeView({ machine: machine as string }), value);
    }
    const of = (typeKey: string | null, column: string) =>
      model.coefficients(typeKey)?.find((one) => one.column === column);
    // a power of 0.5, in units of e³
    expect(of('a', 'size')?.value).toBeCloseTo(1.5, 1);
    expect(of('a', 'size')?.sd).toBeLessThan(0.1);
    const ratio = (of('a', 'machine far')?.value ?? 0) - (of('a', 'machine near')?.value ?? 0);
    expect(Math.exp(ratio)).toBeCloseTo(2, 1);
    expect(of(null, 'size')?.sd).toBeGreaterThan(of('a', 'size')?.sd ?? Infinity);
    expect(model.coefficients('b')).toBeUndefined();
  });

  test('is as wrong as it says: its standardised errors have a standard deviation near 1', () => {
    const { model, world: made } = trained(400);
    const belief = { mean: 0, sd: 0 };
    let sum = 0;
    for (let i = 0; i < 400; i++) {
      const { task, place } = made.any();
      model.predict(task, place, belief);
      sum += ((Math.log(seconds(task, place, made.random)) - belief.mean) / belief.sd) ** 2;
    }
    expect(Math.sqrt(sum / 400)).toBeGreaterThan(0.6);
    expect(Math.sqrt(sum / 400)).toBeLessThan(1.2);
  });

  test('remembers a task that recurs, on a machine where it never ran', () => {
    const model = new Hierarchical();
    const made = world('recurring');
    const own = new Map<string, number>();
    const task = (signature: string): TaskView =>
      taskView({ typeKey: 'app/sort', inputBytes: 1e7, signature });
    for (let i = 0; i < 150; i++) {
      const signature = `task ${i % 40}`;
      if (!own.has(signature)) own.set(signature, 0.6 * normal(made.random));
      const machine = signature === 'task 7' ? 'slow' : made.random.pick(['slow', 'plain', 'fast']);
      const place = placeView({ machine });
      const actual = Math.log(seconds(task(signature), place, made.random)) + (own.get(signature) as number);
      model.learn(task(signature), place, actual);
    }
    const stranger = meanOf(model, task('never seen'), placeView({ machine: 'fast' }));
    const known = meanOf(model, task('task 7'), placeView({ machine: 'fast' }));
    expect(Math.abs(own.get('task 7') as number)).toBeGreaterThan(0.3);
    expect((known - stranger) / (own.get('task 7') as number)).toBeGreaterThan(0.6);
    expect((known - stranger) / (own.get('task 7') as number)).toBeLessThan(1.4);
  });

  test('does not forget a machine on which a task has ceased to run', () => {
    const random = new SeededRandom('moved');
    const model = new Hierarchical();
    const [before, after] = [placeView({ machine: 'before' }), placeView({ machine: 'after' })];
    const task = (type: number): TaskView => taskView({ typeKey: `t${type}`, signature: `s${type}` });
    for (const [place, seconds] of [
      [before, 10],
      [after, 30],
    ] as const)
      for (let run = 0; run < 30; run++)
        for (let type = 0; type < 3; type++)
          model.learn(task(type), place, Math.log(seconds * (1 + type)) + 0.03 * normal(random));
    const expected = (type: number, place: PlaceView): number => {
      const into = { mean: 0, sd: 1 };
      model.predict(task(type), place, into);
      return Math.exp(into.mean);
    };
    for (let type = 0; type < 3; type++) {
      expect(expected(type, before) / (10 * (1 + type))).toBeCloseTo(1, 1);
      expect(expected(type, after) / (30 * (1 + type))).toBeCloseTo(1, 1);
    }
  });

  test('starts a new type where the other types of its tool are', () => {
    const model = new Hierarchical();
    const random = new SeededRandom('tools');
    for (let i = 0; i < 200; i++) {
      const long = i % 2 === 0;
      const typeKey = long ? `app${i % 5}.ALIGN` : `app${i % 5}.COPY`;
      const task = taskView({ typeKey, inputBytes: 1e7 });
      model.learn(task, placeView({ machine: 'one' }), (long ? 6 : 0) + 0.2 * normal(random));
    }
    const fresh = (tool: string): number =>
      meanOf(model, taskView({ typeKey: `fresh.${tool}`, inputBytes: 1e7 }), placeView({ machine: 'one' }));
    expect(fresh('ALIGN')).toBeGreaterThan(4.5);
    expect(fresh('COPY')).toBeLessThan(1.5);
  });

  test('takes a machine at its word until it has seen it', () => {
    const { model } = trained(100);
    const task = taskView({ typeKey: 'app/sort', inputBytes: 1e7 });
    const half = meanOf(model, task, placeView({ machine: 'new', nominal: 0.5 }));
    const whole = meanOf(model, task, placeView({ machine: 'new', nominal: 1 }));
    expect(whole - half).toBeCloseTo(Math.log(2), 6);
  });

  test('knows a sample by what its other tasks took, where no size is recorded', () => {
    const model = new Hierarchical();
    const random = new SeededRandom('samples');
    const errors: number[] = [];
    for (let sample = 0; sample < 60; sample++) {
      const size = normal(random);
      for (const typeKey of ['a.TRIM', 'a.ALIGN', 'a.COUNT']) {
        const task = taskView({ typeKey, group: `sample ${sample}` });
        const place = placeView({ machine: 'one' });
        const actual = 3 + size + 0.05 * normal(random);
        const belief = { mean: 0, sd: 0 };
        if (model.predict(task, place, belief) && sample >= 30 && typeKey === 'a.COUNT')
          errors.push(Math.abs(actual - belief.mean));
        model.learn(task, place, actual);
      }
    }
    const average = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    expect(average).toBeLessThan(0.45);
  });

  test('goes on from its snapshot as if nothing had happened', () => {
    const { model, world: made } = trained(150);
    const copy = new Hierarchical();
    copy.restore(JSON.parse(JSON.stringify(model.snapshot())) as Json);
    for (let i = 0; i < 80; i++) {
      const { task, place } = made.any();
      const actual = Math.log(seconds(task, place, made.random));
      model.learn(task, place, actual);
      copy.learn(task, place, actual);
    }
    expect(JSON.stringify(copy.snapshot())).toBe(JSON.stringify(model.snapshot()));
  });
});

test('a matrix times its inverse is the identity', () => {
  const random = new SeededRandom('matrix');
  const n = 7;
  const root = Float64Array.from({ length: n * n }, () => normal(random));
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = i === j ? 0.1 : 0;
      for (let k = 0; k < n; k++) sum += (root[i * n + k] as number) * (root[j * n + k] as number);
      matrix[i * n + j] = sum;
    }
  const inverse = new Float64Array(n * n);
  invert(matrix, n, new Float64Array(n * n), inverse);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += (matrix[i * n + k] as number) * (inverse[k * n + j] as number);
      expect(sum).toBeCloseTo(i === j ? 1 : 0, 8);
    }
});

test('looks at no more types for the next prior at once than it can invert in a moment, and saves 8 types in a stage', () => {
  const model = new Hierarchical();
  const random = new SeededRandom('slices');
  // 16 machines: matrices of 41 × 41, 17 of which it takes
  const learn = (i: number): void =>
    model.learn(taskView({ typeKey: `t${i % 100}` }), placeView({ machine: `m${i % 16}` }), random.next());
  let count = 0;
  for (; count < 100 * 12; count++) learn(count);
  type Progress = { epoch: number; nextPrior: { at: number; keys: string[] } | null };
  const progress = (): Progress => model.snapshot() as unknown as Progress;
  for (let tries = 0; tries < 400 && progress().nextPrior === null; tries++) learn(count++);
  let before = progress();
  expect(before.nextPrior).toMatchObject({ at: 17 });
  expect(before.nextPrior?.keys).toHaveLength(100);
  const { epoch } = before;
  for (let step = 0; before.nextPrior !== null; step++) {
    expect(step).toBeLessThan(6);
    learn(count++);
    const after = progress();
    expect((after.nextPrior?.at ?? 100) - before.nextPrior.at).toBeLessThanOrEqual(17);
    before = after;
  }
  expect(before.epoch).toBe(epoch + 1);
  let stages = 0;
  for (const saving = model.snapshotting(); saving.next().done !== true; ) stages++;
  expect(stages).toBeGreaterThanOrEqual(12);
});
