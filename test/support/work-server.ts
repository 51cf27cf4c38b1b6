/**
 * A small server to be killed: opens the local layer from source, starts the commands given as JSON in its argument
 * and says `running` when all of them said `ready`. Run by the tests of the command host in a process of its own.
 */
import { SystemClock } from '../../src/kit/clock.js';
import { openLocalLayer } from '../../src/layers/local/open-local-layer.js';
import type { AttemptSink } from '../../src/work/attempt.js';

interface Argument {
  readonly stateDir: string;
  readonly path: string;
  readonly works: readonly object[];
}

const { stateDir, path, works } = JSON.parse(process.argv[2] ?? '{}') as Argument;
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
const sink: AttemptSink = {
  log: ({ text }) => {
    if (text === 'ready' && ++ready === works.length) process.stdout.write('running\n');
  },
  progress: () => undefined,
  heartbeat: () => undefined,
};

works.forEach((work, i) => {
  const attempt = { taskId: `task-${i}`, attempt: 1, token: i, meshId: 'mesh', taskKey: 'k', taskName: 'n' };
  void layer.start(
    { ...attempt, taskType: 'SMALL', work: work as never, inputs: {} },
    new AbortController().signal,
    sink,
  );
});
