/** QUANTUM and TRANSCENDENT on a real server: orders are drawn and starts shared with their rows, and both are measured by replays. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startApp } from '../../support/app.js';
import { until } from '../../support/until.js';
import { graphql } from '../../support/server-process.js';

const SUBMIT = 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';
const WAIT_MS = 90_000;

interface State {
  readonly policy: { readonly nodes: Row[] };
  readonly share: { readonly nodes: Row[] };
  readonly consciousness: {
    readonly level: string;
    readonly policies: { readonly name: string; readonly amplitude: number; readonly probability: number }[];
    readonly levels: {
      readonly level: string;
      readonly entry: { readonly name: string; readonly has: string }[];
    }[];
  };
}

interface Row {
  readonly mode: string;
  readonly chosen: string;
  readonly propensity: number;
  readonly outcome: { readonly cost: number | null } | null;
}

const ROW = 'nodes { mode chosen propensity outcome { cost } }';
const STATE = `{ policy: decisions(filter: { kind: POLICY }) { ${ROW} } share: decisions(filter: { kind: SHARE }) { ${ROW} }
  consciousness { level policies { name amplitude probability } levels { level entry { name has } } } }`;

/** A long chain beside many short tasks: whoever takes the short ones first is done late. */
function etl(seconds: number, wide: number) {
  const run = (s: number) => ({ command: { argv: ['sleep', String(s)] } });
  const chain = [1, 2, 3].map((at) => ({
    ...{ key: `c${at}`, work: run(seconds) },
    dependsOn: at === 1 ? [] : [{ task: `c${at - 1}` }],
  }));
  const short = Array.from({ length: wide }, (_, at) => ({ key: `s${at}`, work: run(seconds / 2) }));
  return { name: 'etl', tasks: [...short, ...chain] };
}

it('draws orders, shares starts, and replays tell what came of it', { timeout: 5 * 60_000 }, async () => {
  const app = await startApp({
    execution: { maxParallelTasks: 2 },
    consciousness: { initialAwarenessLevel: 'Transcendent' },
  });
  const token = (await readFile(join(app.stateDir, 'token'), 'utf8')).trim();
  const ask = <T>(query: string, variables: object = {}): Promise<T> =>
    graphql<T>({ url: app.url, token }, query, variables);
  const state = (): Promise<State> => ask<State>(STATE);
  const isMeasured = ({ nodes }: { readonly nodes: readonly Row[] }): boolean =>
    nodes.some(({ outcome }) => outcome?.cost != null);
  const round = async (): Promise<void> => {
    const ids: string[] = [];
    for (const input of [etl(0.2, 8), etl(0.1, 3)])
      ids.push((await ask<{ submitMesh: { id: string } }>(SUBMIT, { input })).submitMesh.id);
    const open = async (): Promise<number> => {
      const asked = ids.map((id) =>
        ask<{ mesh: { status: string } }>('query ($id: ID!) { mesh(id: $id) { status } }', { id }),
      );
      return (await Promise.all(asked)).filter(({ mesh }) => mesh.status === 'RUNNING').length;
    };
    await until('the meshes have ended', async () => (await open()) === 0, WAIT_MS);
  };
  // runs are scored some seconds after they have ended, and nothing is drawn before one was
  await until(
    'an order that was drawn and a share are measured',
    async () => {
      await round();
      const { policy, share } = await state();
      return isMeasured(policy) && isMeasured(share);
    },
    2 * WAIT_MS,
  );
  const { consciousness, share, policy } = await state();
  expect(new Set(policy.nodes.map(({ mode }) => mode))).toEqual(new Set(['ACTING']));
  for (const { propensity } of policy.nodes) expect(propensity).toBeGreaterThan(0);
  expect(consciousness.level).toBe('TRANSCENDENT');
  for (const { mode, chosen } of share.nodes) expect([mode, chosen]).toEqual(['ACTING', 'by need']);
  const gate = consciousness.levels.find(({ level }) => level === 'TRANSCENDENT')?.entry[0];
  expect(Number(gate?.has)).toBeGreaterThan(0);
  const squares = consciousness.policies.reduce((sum, { amplitude }) => sum + amplitude ** 2, 0);
  if (consciousness.policies.length > 0) expect(squares).toBeCloseTo(1, 3);
  await app.close();
});
