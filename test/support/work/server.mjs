/**
 * A small server to be killed: opens the local layer as it was built, starts the works given as JSON in its argument
 * and says `running` when all of them have said `ready`. Run by the tests of the command host in a process of its own.
 */
import { SystemClock } from '../../../dist/kit/clock.js';
import { openLocalLayer } from '../../../dist/layers/local/open-local-layer.js';

const { stateDir, path, works } = JSON.parse(process.argv[2] ?? '{}');
const { layer } = openLocalLayer({
  node: 'test',
  maxParallelTasks: 4,
  stateDir,
  workingDir: stateDir,
  env: { PATH: path },
  moduleRoot: stateDir,
  killGraceMs: 300,
  clock: new SystemClock({ timersHoldProcess: true }),
});

let ready = 0;
const sink = {
  log: ({ text }) => {
    if (text === 'ready' && ++ready === works.length) process.stdout.write('running\n');
  },
  progress: () => undefined,
  heartbeat: () => undefined,
};

for (const [i, work] of works.entries()) {
  const attempt = { taskId: `task-${i}`, attempt: 1, token: i, meshId: 'mesh', taskKey: 'k', taskName: 'n' };
  void layer.start({ ...attempt, taskType: 'SMALL', work, inputs: {} }, new AbortController().signal, sink);
}
