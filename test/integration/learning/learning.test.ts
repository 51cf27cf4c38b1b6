/** Learning on the program as people run it: what REST, the command line, Prometheus and the streams tell of runs that were real. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { hearing, rest } from '../../support/servers/doors.js';
import { graphql, serveProcess, type ServerProcess } from '../../support/server-process.js';
import { openPlace, type Place } from '../cli-program.js';

const SLOWLY = { timeout: 180_000 };
/** Enough that a model may be trained. */
const RUNS = 24;

let place: Place;
let server: ServerProcess;
let scored: { readonly typeKey: string; readonly actual: number; readonly p50: number }[];

const work = { command: { argv: [process.execPath, '-e', 'setTimeout(() => {}, 100)'] } };

beforeAll(async () => {
  place = await openPlace();
  server = await serveProcess(place.stateDir, {
    DATABASE_URL: place.env.DATABASE_URL as string,
    TASKMESH_CONSCIOUSNESS__INITIAL_AWARENESS_LEVEL: 'Cognitive', // limits and memory are followed from there on
  });
  const submit = 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';
  const tasks = Array.from({ length: RUNS }, (_, at) => ({
    ...{ key: `t${at}`, name: 'nap', work },
    dependsOn: at < 3 ? [] : [{ task: `t${at - 2}` }],
  }));
  const isLearned = (count: number) =>
    until(`${count} are learned from`, async () => {
      const { body } = await rest<{ observations: number }>(server, '/learning/metrics');
      return body.observations === count;
    });
  // of the first nothing can be expected
  await graphql(server, submit, { input: { name: 'a nap', tasks: tasks.slice(0, 1) } });
  await isLearned(1);
  const predictions = await hearing<{ predictionScored: (typeof scored)[number] }>(
    server,
    'subscription { predictionScored { typeKey actual p50 } }',
    RUNS - 1,
  );
  await graphql(server, submit, { input: { name: 'naps', tasks: tasks.slice(1) } });
  scored = (await predictions.told).map(({ predictionScored }) => predictionScored);
  await isLearned(RUNS);
}, SLOWLY.timeout);
afterAll(async () => {
  await server?.stop();
  await place?.close();
}, SLOWLY.timeout);

describe('what has run', SLOWLY, () => {
  it('was predicted before, and the prediction is told with what came', () => {
    for (const { typeKey, actual, p50 } of scored) {
      expect(typeKey).toBe('command:nap');
      expect(actual).toBeGreaterThan(0.1);
      expect(p50).toBeGreaterThan(0.1);
    }
  });

  it('is in the metrics and models of REST', async () => {
    const metrics = await rest<{ types: { type_key: string; n: number }[] }>(server, '/learning/metrics');
    expect(metrics.body.types).toMatchObject([{ type_key: 'command:nap', n: RUNS - 1 }]);
    const models = await rest<{ name: string; metrics: { n: number; median_ape: number } }[]>(
      server,
      '/learning/models',
    );
    const hierarchical = models.body.find(({ name }) => name === 'hierarchical');
    expect(hierarchical?.metrics.n).toBe(RUNS - 1);
    expect(hierarchical?.metrics.median_ape).toBeGreaterThan(0);
  });

  it('is what a prediction by REST rests on, for another task of its kind', async () => {
    interface Predicted {
      readonly run_seconds: Record<'p05' | 'p50' | 'p95', number>;
      readonly timeout_ms: number | null;
    }
    const { status, body } = await rest<Predicted>(server, '/learning/predict', {
      task: { name: 'nap', work },
    });
    expect(status).toBe(200);
    const { p05, p50, p95 } = body.run_seconds;
    expect(p05).toBeLessThanOrEqual(p50);
    expect(p50).toBeLessThanOrEqual(p95);
    const { tasks } = await graphql<{ tasks: { nodes: { attempts: { runMs: number }[] }[] } }>(
      server,
      '{ tasks(first: 100) { nodes { attempts { runMs } } } }',
    );
    const actuals = tasks.nodes.flatMap(({ attempts }) => attempts.map(({ runMs }) => runMs / 1000));
    expect(actuals).toHaveLength(RUNS);
    expect(p50).toBeGreaterThanOrEqual(Math.min(...actuals));
    expect(p50).toBeLessThanOrEqual(Math.max(...actuals));
    // a limit is generous, and never below a minute
    expect(body.timeout_ms).toBe(60_000);
  });

  it('is what memory attempts of its kind are counted with, and not those of others', async () => {
    const requestFor = async (name: string): Promise<number | null> => {
      const { body } = await rest<{ memory_request_bytes: number | null }>(server, '/learning/predict', {
        task: { name, work },
      });
      return body.memory_request_bytes;
    };
    const MIB = 2 ** 20;
    const nap = await requestFor('nap');
    // a Node program that does nothing has some 45 MB
    expect(nap).toBeGreaterThan(20 * MIB);
    expect(nap).toBeLessThan(400 * MIB);
    expect(await requestFor('never ran')).toBeNull();
    const { status, body } = await rest<{ parameter: string; scope: string }[]>(server, '/learning/tunings');
    expect(status).toBe(200);
    for (const { scope } of body) expect(scope).toBe('command:nap');
  });

  it('is shown by the command line, for models and for a file', async () => {
    const ask = (...argv: string[]) => place.run(...argv, '--json');
    const models = await ask('models');
    expect(models.exitCode).toBe(0);
    const names = (JSON.parse(models.stdout) as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['hierarchical', 'type-median', 'boosted-trees', 'network']),
    );
    const file = join(place.stateDir, 'm.json');
    const tasks = { a: { name: 'nap', command: work.command.argv }, b: { command: ['true'] } };
    await writeFile(file, JSON.stringify({ name: 'm', tasks }));
    const predicted = await ask('predict', file);
    expect(predicted.stderr).toBe('');
    expect(JSON.parse(predicted.stdout)).toMatchObject([
      { key: 'a', typeKey: 'command:nap', runSeconds: { p50: expect.any(Number) } },
      { key: 'b', typeKey: 'command:b' },
    ]);
  });

  it('is counted for Prometheus', async () => {
    const response = await fetch(`${server.url}/metrics/prometheus`);
    const text = await response.text();
    const value = (name: string): number =>
      Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1]);
    expect(value('taskmesh_learning_observations')).toBe(RUNS);
  });
});

describe('a training', SLOWLY, () => {
  it('that REST asks for is told step by step and when it is done, and gives the model a version', async () => {
    const steps = await hearing<{ trainingProgress: { model: string; step: number } }>(
      server,
      'subscription { trainingProgress { model step } }',
      1,
    );
    const ended = await hearing<{
      modelTrained: { model: string; outcome: string; rows: number; loss: number };
    }>(server, 'subscription { modelTrained { model outcome rows loss } }', 1);
    const asked = await rest<{ model: string; rows: number }>(server, '/learning/train', {
      model: 'network',
      options: { max_iterations: 400 },
    });
    expect(asked).toMatchObject({ status: 200, body: { model: 'network', rows: RUNS } });
    expect((await steps.told)[0]?.trainingProgress).toMatchObject({ model: 'network' });
    const [done] = await ended.told;
    expect(done?.modelTrained).toMatchObject({ model: 'network', outcome: 'TRAINED', rows: RUNS });
    expect(Number.isFinite(done?.modelTrained.loss)).toBe(true);
  });

  it('of a model that there is not is refused by name', async () => {
    const { status, body } = await rest<{ error: { message: string } }>(server, '/learning/train', {
      model: 'oracle',
    });
    expect(status).toBe(404);
    expect(JSON.stringify(body)).toContain('there are');
  });
});
