/** A mesh that is planned before the core sees it. */
import { expect, it } from 'vitest';
import { atOnce, type Stages } from '../../../src/kit/turn.js';
import type { Admission, AdmittedTask } from '../../../src/orchestrator/core/admission.js';
import { planMesh } from '../../../src/orchestrator/core/mesh-plan.js';
import { specOf } from '../../support/core-harness.js';
import { dag } from '../../support/dag.js';

const MESH = {
  id: 'm',
  name: 'm',
  description: null,
  tags: [],
  metadata: {},
  tenant: 'default',
  parentMeshId: null,
  rerunStrategy: null,
};

const taskOf = (key: string): AdmittedTask => ({
  id: key,
  task: { spec: specOf(key), startAfter: null, hold: false },
  delayMs: null,
  rerunOf: null,
  reuse: null,
});

function admissionOf(text: string): Admission {
  const { keys, edges } = dag(text);
  const rows = edges.map(({ source, target, type, weight }, at) => {
    return { id: String(at), meshId: 'm', sourceId: source, targetId: target, type, weight };
  });
  return { createdBy: 'owner', tasks: keys.map(taskOf), edges: rows, ended: new Map() };
}

function planned(text: string, seconds: Readonly<Record<string, number>> = {}) {
  const answer = atOnce(planMesh(MESH, admissionOf(text), ({ key }) => seconds[key] ?? 1));
  if (!answer.ok) throw new Error(answer.refusal.message);
  return answer.value;
}

it('knows what every task waits for, and the longest way on from it', () => {
  const { tasks, state } = planned('a -> b -> d; a -> c -> d; c -resource-> e; c -soft:2-> f', { c: 5 });
  const told = tasks.map(({ key, waiting, rank }) => `${key} waits ${waiting}, rank ${rank}`);
  expect(told).toEqual([
    'a waits 0, rank 9',
    'b waits 1, rank 2',
    'd waits 2, rank 1',
    'c waits 1, rank 8',
    'e waits 0, rank 1',
    'f waits 1, rank 1',
  ]);
  expect(state.counts.PENDING).toBe(6);
});

it('refuses a cycle and an end that is no task of the mesh', () => {
  const ring = atOnce(planMesh(MESH, admissionOf('a -> b -> c -> a'), () => 1));
  expect(ring).toMatchObject({ ok: false, refusal: { code: 'CYCLE_DETECTED' } });
  const { tasks, ...rest } = admissionOf('a -> b');
  const lame = atOnce(planMesh(MESH, { ...rest, tasks: tasks.slice(1) }, () => 1));
  expect(lame).toMatchObject({ ok: false, refusal: { code: 'NOT_FOUND', message: 'no task a in mesh m' } });
});

it('lets others have a turn after every thousand tasks that are made or estimated and every 5,000 edges', () => {
  const keys = Array.from({ length: 4000 }, (_, at) => `t${at}`);
  const edges = keys.flatMap((key, at) =>
    [1, 2, 3]
      .filter((back) => at >= back)
      .map((back) => ({
        id: `${key}-${back}`,
        meshId: 'm',
        sourceId: `t${at - back}`,
        targetId: key,
        type: 'HARD' as const,
        weight: 0,
      })),
  );
  const admission = { createdBy: 'owner', tasks: keys.map(taskOf), edges, ended: new Map() };
  expect(turnsOf(planMesh(MESH, admission, () => 1))).toBe(4 + 2 + 1 + 4);
});

function turnsOf(work: Stages<unknown>): number {
  let turns = 0;
  while (work.next().done !== true) turns++;
  return turns;
}
