/** Short histories that random search found to go wrong, here or with a bug planted, told again over every store. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { Model } from './model.js';
import type { ModelWorlds } from './model-world.js';
import { DEFAULT, type EdgeWish, type Request, type TaskWish } from './request.js';
import { AttemptEnds, type Plan, RequestStep, restarts, type Step, timePasses } from './steps.js';
import { System } from './system.js';
import { Together } from './together.js';

const WISH: Omit<TaskWish, 'key' | 'name'> = {
  milestone: false,
  hold: false,
  later: false,
  maxAttempts: 1,
  limit: null,
  priority: 'NORMAL',
};

function task(key: string, wish: Partial<TaskWish> = {}): TaskWish {
  return { ...WISH, key, name: key, ...wish };
}

function hard(source: string, target: string): EdgeWish {
  return { source, target, type: 'HARD' };
}

function submit(tasks: readonly TaskWish[], edges: readonly EdgeWish[] = []): Request {
  return { kind: 'submitMesh', tasks, edges, once: null };
}

function intoDefault(tasks: readonly TaskWish[], edges: readonly EdgeWish[] = []): Request {
  return { kind: 'extendMesh', mesh: DEFAULT, tasks, edges, once: null };
}

function deletion(name: string): Request {
  return { kind: 'deleteTask', task: name };
}

function planOf(request: Request): Plan {
  return { text: request.kind, request: () => request };
}

function ask(request: Request): Step {
  return new RequestStep(planOf(request));
}

function atOnce(...requests: readonly Request[]): Step {
  return new Together(requests.map(planOf));
}

const firstCompletes: Step = new AttemptEnds(0, 'completed');
const a = `${DEFAULT}/a`;
const ofMesh = 'm1/a';

const STORIES: readonly (readonly [name: string, steps: readonly Step[]])[] = [
  [
    'keeps an ended task that somebody waits for, also when memory has let go of it',
    [
      ask(intoDefault([task('a')])),
      firstCompletes,
      ask(intoDefault([task('b', { hold: true })], [hard('a', 'b')])),
      timePasses,
      ask({ kind: 'pauseMesh', mesh: DEFAULT }),
      ask(deletion(a)),
    ],
  ],
  [
    'keeps an ended task that somebody waits for, also after a restart',
    [
      ask(intoDefault([task('a')])),
      firstCompletes,
      ask(intoDefault([task('b', { hold: true })], [hard('a', 'b')])),
      restarts,
      ask(deletion(a)),
    ],
  ],
  [
    'does not start by command what waits for another task, although its own time has come',
    [
      ask(submit([task('x'), task('a', { later: true })], [hard('x', 'a')])),
      timePasses,
      ask({ kind: 'executeTask', task: ofMesh }),
    ],
  ],
  [
    'deletes a task once, asked twice at the moment when memory lets go of it',
    [
      ask(submit([task('a', { hold: true })])),
      ask({ kind: 'cancelMesh', mesh: 'm1' }),
      timePasses,
      atOnce(deletion(ofMesh), deletion(ofMesh)),
    ],
  ],
  [
    'lets nobody depend on a task that is deleted at the same moment',
    [
      ask({ kind: 'pauseMesh', mesh: DEFAULT }),
      ask(intoDefault([task('a'), task('b')])),
      atOnce(deletion(a), { kind: 'addEdge', source: a, target: `${DEFAULT}/b`, type: 'HARD' }),
    ],
  ],
  [
    'lets nobody depend on a task that is deleted at the moment when memory lets go of it',
    [
      ask(intoDefault([task('a', { milestone: true })])),
      timePasses,
      atOnce(deletion(a), intoDefault([task('b')], [hard('a', 'b')])),
    ],
  ],
  [
    'knows a deleted task by its key no more',
    [
      ask(intoDefault([task('a', { milestone: true })])),
      ask(deletion(a)),
      ask(intoDefault([task('b')], [hard('a', 'b')])),
    ],
  ],
  [
    'knows a deleted task by its key no more, also after a restart',
    [
      ask(intoDefault([task('a', { milestone: true })])),
      ask(deletion(a)),
      restarts,
      ask(intoDefault([task('b')], [hard('a', 'b')])),
    ],
  ],
  [
    'closes no cycle through a task that has ended, also after a restart',
    [
      ask(
        submit(
          [task('a', { hold: true }), task('b', { milestone: true })],
          [{ ...hard('a', 'b'), type: 'RESOURCE' }],
        ),
      ),
      restarts,
      ask({ kind: 'addEdge', source: 'm1/b', target: ofMesh, type: 'HARD' }),
    ],
  ],
  [
    'takes an edge that was removed before a restart',
    [
      ask(submit([task('a', { hold: true }), task('b', { hold: true })], [hard('a', 'b')])),
      ask({ kind: 'removeEdge', source: ofMesh, target: 'm1/b' }),
      restarts,
      ask({ kind: 'addEdge', source: ofMesh, target: 'm1/b', type: 'SOFT' }),
    ],
  ],
];

export function storyConformance(name: string, open: () => Promise<ModelWorlds>): void {
  describe(name, () => {
    let worlds: ModelWorlds;
    beforeAll(async () => {
      worlds = await open();
    });
    afterAll(() => worlds.close());

    it.each(STORIES)('%s', async (_name, steps) => {
      const system = await System.start(worlds);
      try {
        const model = new Model();
        for (const step of steps) await step.run(model, system);
      } finally {
        await system.close();
      }
    });
  });
}
