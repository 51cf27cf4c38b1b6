import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from '../graphql-server.js';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const owner = (): Record<string, string> => ({ authorization: `Bearer ${api.token}` });

async function refusal(query: string, headers: Record<string, string> = {}) {
  const { body } = await api.post(query, {}, headers);
  const [error] = body.errors ?? [];
  return { code: error?.extensions.code, message: error?.message };
}

describe('what can be asked of learning', () => {
  it('are its models, by name too', async () => {
    const { body } = await api.post('{ models { name family target version rows metrics { n medianApe } } }');
    expect(body.errors).toBeUndefined();
    expect(body.data?.models).toContainEqual({
      name: 'hierarchical',
      family: 'LINEAR_REGRESSION',
      target: 'RUN_TIME',
      version: 1,
      rows: 0,
      metrics: { n: 0, medianApe: null },
    });
    const families = (body.data as { models: { family: string }[] }).models.map(({ family }) => family);
    expect(new Set(families)).toEqual(
      new Set([
        'LINEAR_REGRESSION',
        'REINFORCEMENT_LEARNING',
        'BASELINE',
        'DECISION_TREE',
        'NEURAL_NETWORK',
        'QUANTUM_LEARNING',
      ]),
    );
    const one = await api.post('{ model(name: "network") { name trained importances { column gain } } }');
    expect(one.body.data).toEqual({ model: [{ name: 'network', trained: true, importances: [] }] });
    expect(await refusal('{ model(name: "oracle") { name } }')).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('there are hierarchical, type-median'),
    });
  });

  it('are the coefficients of the linear model, with their units: what is expected before anything was seen', async () => {
    const { body } = await api.post(
      '{ model(name: "hierarchical") { target coefficients { column unit value sd } } }',
    );
    const all = (body.data as { model: { target: string; coefficients: object[] }[] }).model;
    expect(all.map(({ target }) => target)).toEqual(['RUN_TIME', 'MEMORY_PEAK', 'OUTPUT_BYTES']);
    expect(all[0]?.coefficients).toHaveLength(9);
    expect(all[0]?.coefficients).toContainEqual({
      column: 'size',
      unit: '(ln inputBytes - 16) / 3',
      value: 1,
      sd: 1,
    });
    const other = await api.post('{ model(name: "network") { coefficients { column } } }');
    expect(other.body.data).toEqual({ model: [{ coefficients: [] }] });
    expect(
      await refusal('{ model(name: "hierarchical") { coefficients(typeKey: "x") { column } } }'),
    ).toEqual({
      code: 'NOT_FOUND',
      message: expect.stringContaining('leave typeKey out'),
    });
  });

  it('is what it knows, which is nothing yet, and says so', async () => {
    const { body } = await api.post(
      '{ learningMetrics { enabled observations targets { target n coverage } types { typeKey } } predictions { nodes { p50 } pageInfo { hasNextPage } } }',
    );
    expect(body.data).toMatchObject({
      learningMetrics: { enabled: true, observations: 0, types: [] },
      predictions: { nodes: [], pageInfo: { hasNextPage: false } },
    });
  });

  it('is a prediction of a task as it would be, or as it is, and not of both or of none', async () => {
    const asked = (input: string) =>
      `{ predict(input: ${input}) { typeKey runSeconds { p50 } layers { layer } } }`;
    const task = 'task: { name: "align 7", work: { command: { argv: ["bwa"] } } }';
    const { body } = await api.post(asked(`{ ${task} }`));
    expect(body.data?.predict).toEqual({ typeKey: 'command:align', runSeconds: null, layers: [] });
    const both = `{ ${task}, taskId: "01890a5d-ac96-774b-bcce-b302099a8057" }`;
    for (const input of ['{}', both])
      expect(await refusal(asked(input))).toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringContaining('either taskId or task'),
      });
    const unknown = '{ taskId: "01890a5d-ac96-774b-bcce-b302099a8057" }';
    expect(await refusal(asked(unknown))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusal(asked('{ task: { name: "x", work: { command: { argv: [] } } } }'))).toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});

describe('a training', () => {
  const train = (model: string, options = '') =>
    `mutation { trainModel(input: { model: "${model}" ${options} }) { id } }`;

  it('needs the owner', async () => {
    expect(await refusal(train('network'))).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refusal('mutation { cancelTraining(id: "network@1") }')).toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('is refused for models that do not exist, and for those that learn as they go', async () => {
    expect(await refusal(train('oracle'), owner())).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusal(train('hierarchical'), owner())).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('learns from every attempt'),
    });
  });

  it('is refused with options out of bounds, and where another server leads', async () => {
    expect(await refusal(train('network', 'options: { learningRate: 7 }'), owner())).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('input.options.learningRate must be above 0 and at most 1, got 7'),
    });
    expect(await refusal(train('network', 'options: { batchSize: 0 }'), owner())).toMatchObject({
      code: 'INVALID_INPUT',
    });
    expect(await refusal(train('network'), owner())).toMatchObject({ code: 'UNAVAILABLE' });
  });
});
