/** What is drawn of a running mesh, at any size. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MeshEvent } from '../../../src/cli/client/nouns.js';
import { columnsOf } from '../../../src/cli/output/plain-text.js';
import { styleFor } from '../../../src/cli/output/style.js';
import { frame } from '../../../src/cli/watch/frame.js';
import { LineView } from '../../../src/cli/watch/line-view.js';
import { MeshState, type TaskWord } from '../../../src/cli/watch/mesh-state.js';
import { TASK_STATUSES, type TaskStatus } from '../../../src/lifecycle/vocabulary.js';

const style = styleFor({
  stdout: { write: () => undefined },
  stderr: { write: () => undefined },
  env: { LANG: 'C.UTF-8' },
  cwd: '/',
  onInterrupt: () => () => undefined,
});
const began = Date.parse('2030-01-01T00:00:00Z');

function state(
  statuses: readonly TaskStatus[],
  name = 'nightly',
  key = (at: number) => `task-${at}`,
): MeshState {
  const mesh = new MeshState({
    id: 'm',
    name,
    status: 'RUNNING',
    parentMeshId: null,
    createdAt: '2030-01-01T00:00:00Z',
    finishedAt: null,
  });
  mesh.add(
    statuses.map((status, at) => ({
      id: String(at),
      meshId: 'm',
      key: key(at),
      name: key(at),
      status,
      ...{ reason: null, heldBy: [] },
      failure: null,
      attempt: 1,
      startedAt: '2030-01-01T00:00:01Z',
      finishedAt: status === 'COMPLETED' ? '2030-01-01T00:00:03Z' : null,
    })),
  );
  return mesh;
}

describe('a picture of a mesh', () => {
  it('shows state, progress, critical path and every task that fits', () => {
    const mesh = state(['COMPLETED', 'RUNNING', 'PENDING']);
    mesh.eta = { p10: 2, p50: 4, p90: 8 };
    mesh.path = { keys: ['task-0', 'task-2'], seconds: 12, unknown: 0 };
    expect(frame(mesh, { columns: 80, rows: 24 }, style, began + 5000)).toEqual([
      '● nightly  running  5.0 s',
      '████████░░░░░░░░░░░░░░░░░░ 33 %  1/3  ETA 4.0 s (2.0 s to 8.0 s)',
      'critical path (12 s, 2 tasks): task-0 → task-2',
      '',
      '✓ task-0  completed        2.0 s',
      '● task-1  running          4.0 s',
      '· task-2  pending          ',
    ]);
  });

  it('says that nothing is known when there is no history', () => {
    expect(frame(state(['RUNNING']), { columns: 80, rows: 24 }, style, began)[1]).toContain('ETA unknown');
  });

  it('folds what does not fit: what failed and runs is shown, the rest counted', () => {
    const mesh = state([
      ...Array<TaskStatus>(2000).fill('COMPLETED'),
      'FAILED',
      'RUNNING',
      ...Array<TaskStatus>(500).fill('PENDING'),
    ]);
    const lines = frame(mesh, { columns: 80, rows: 24 }, style, began);
    expect(lines.length).toBeLessThan(24);
    expect(lines.join('\n')).toMatch(/✗ task-2000 .*\n● task-2001 .*\n {2}and 500 pending, 2000 completed$/);
  });

  it('keeps every line within any terminal, whatever the names are', () => {
    const names = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.constantFrom('日本語のとても長いタスク名前'.repeat(5), 'a\u001b[31mb'.repeat(30)),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 12, max: 200 }),
        fc.integer({ min: 3, max: 60 }),
        names,
        fc.array(fc.constantFrom(...TASK_STATUSES)),
        (columns, rows, name, statuses) => {
          const mesh = state(statuses, name, (at) => `${name}${at}`);
          mesh.path = { keys: [name, name], seconds: null, unknown: 1 };
          for (const task of mesh.tasks.values()) task.message = name;
          const lines = frame(mesh, { columns, rows }, style, began);
          for (const line of lines) {
            expect(columnsOf(line)).toBeLessThan(columns);
            expect(line).not.toMatch(/[\u0000-\u001f]/);
          }
          expect(lines.length).toBeLessThanOrEqual(Math.max(10, rows));
        },
      ),
    );
  });
});

describe('the state of a mesh', () => {
  it('counts what events say, each once, and knows the end', () => {
    const mesh = state(['PENDING', 'PENDING']);
    const event = (seq: number, type: MeshEvent['type'], taskId: string | null, to: string | null) => ({
      seq,
      at: '2030-01-01T00:00:05Z',
      type,
      taskId,
      from: null,
      to,
      payload: {},
    });
    expect(mesh.apply(event(1, 'TASK_STARTED', '0', 'RUNNING'))).toMatchObject({
      from: 'PENDING',
      to: 'RUNNING',
    });
    expect(mesh.apply(event(1, 'TASK_STARTED', '0', 'RUNNING'))).toBeUndefined();
    expect(mesh.apply(event(2, 'TASK_CREATED', 'new', 'PENDING'))).toBe('unknown');
    mesh.apply(event(3, 'TASK_COMPLETED', '0', 'COMPLETED'));
    mesh.apply(event(4, 'TASK_CANCELLED', '1', 'CANCELLED'));
    expect([mesh.finished, mesh.ended]).toEqual([2, false]);
    mesh.apply(event(5, 'MESH_CANCELLED', null, 'CANCELLED'));
    expect([mesh.ended, mesh.status, mesh.counts.COMPLETED, mesh.counts.PENDING]).toEqual([
      true,
      'CANCELLED',
      1,
      0,
    ]);
  });

  it('remembers what a task says of its progress, and shows it', () => {
    const mesh = state(['RUNNING']);
    const said = {
      seq: 1,
      at: '2030-01-01T00:00:05Z',
      type: 'TASK_PROGRESSED' as const,
      taskId: '0',
      from: null,
      to: null,
      payload: { fraction: 0.5, message: 'half of it' },
    };
    expect(mesh.hear(said)).toMatchObject({ fraction: 0.5, message: 'half of it', task: { key: 'task-0' } });
    expect(mesh.hear({ ...said, payload: { fraction: 0.6 } })).toBeUndefined();
    const written: string[] = [];
    const output = { write: (text: string) => void written.push(text) };
    const view = new LineView(output, style);
    view.started(mesh);
    view.said(mesh.hear(said) as TaskWord);
    expect(written.at(-1)).toBe('   5.0 s    task-0: half of it\n');
    const lines = frame(mesh, { columns: 80, rows: 24 }, style, began + 5000);
    expect(lines.at(-1)).toMatch(/^● task-0 {2}running {10}4\.0 s {2}half of it$/);
  });

  it('shows on which node a task runs, and that it was taken from a node', () => {
    const mesh = state(['QUEUED']);
    const written: string[] = [];
    const view = new LineView({ write: (text: string) => void written.push(text) }, style);
    view.started(mesh);
    const tell = (change: Pick<MeshEvent, 'type' | 'from' | 'to' | 'payload'>): void => {
      const told = mesh.apply({ seq: 1, at: '2030-01-01T00:00:05Z', taskId: '0', ...change });
      if (told !== undefined && told !== 'unknown') view.changed(told);
    };
    const start = (layer: string, node: string) =>
      tell({ type: 'TASK_STARTED', from: 'QUEUED', to: 'RUNNING', payload: { layer, node } });
    start('CLUSTER', 'beta:2');
    expect(frame(mesh, { columns: 80, rows: 24 }, style, began + 6000).at(-1)).toMatch(/1\.0 s {2}beta:2$/);
    tell({ type: 'TASK_QUEUED', from: 'RUNNING', to: 'QUEUED', payload: {} });
    start('LOCAL', 'here');
    expect(written.slice(1)).toEqual([
      '   5.0 s  ● task-0 running on beta:2  [0/1]\n',
      '   5.0 s  ○ task-0 queued again, was on beta:2  [0/1]\n',
      '   5.0 s  ● task-0 running  [0/1]\n',
    ]);
  });

  it('goes back to before its first event for a replay', () => {
    const mesh = state(['COMPLETED', 'FAILED']);
    mesh.rewind();
    expect([mesh.counts.PENDING, mesh.finished, mesh.status]).toEqual([2, 0, 'RUNNING']);
  });
});
