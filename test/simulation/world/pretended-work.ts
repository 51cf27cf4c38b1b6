/**
 * Work that only pretends, in all the ways that work behaves: done, failed, crashed, stuck, silent, talkative, deaf to
 * being told to stop, late with its last words. The layers of servers and the executors of nodes run it.
 */
import type { SeededRandom } from '../../../src/kit/random.js';
import type { StopSignal } from '../../../src/kit/stop.js';
import type { Failure, Outcome } from '../../../src/lifecycle/task.js';
import type { AttemptSink, AttemptStart } from '../../../src/work/attempt.js';
import type { Where, Work } from '../judge/work.js';
import type { Machine } from './machine.js';
import type { World } from './world.js';

const NEVER_MS = 10_000_000;

export class PretendedWork {
  readonly #world: World;
  readonly #machine: Machine;
  readonly #random: SeededRandom;

  constructor(world: World, machine: Machine, random: SeededRandom) {
    this.#world = world;
    this.#machine = machine;
    this.#random = random;
  }

  run(where: Where, attempt: AttemptStart, signal: StopSignal, sink: AttemptSink): Promise<Outcome> {
    const { judge, story, timeline } = this.#world;
    const work = judge.work.began(where, attempt, timeline.now());
    story.tell(where.node, () => `begins ${judge.books.nameOf(attempt.taskId)} attempt ${attempt.attempt}`);
    return new Promise((resolve) => {
      const end = (outcome: Outcome): void => {
        if (work.told !== undefined) return;
        judge.work.ended(work, outcome);
        story.tell(
          where.node,
          () => `ends ${judge.books.nameOf(attempt.taskId)} attempt ${attempt.attempt}: ${outcome.kind}`,
        );
        resolve(outcome);
      };
      this.#run(attempt, end);
      this.#listen(signal, attempt, end);
      this.#talk(sink, work);
    });
  }

  #run({ token }: AttemptStart, end: (outcome: Outcome) => void): void {
    const isStuck = this.#random.next() < 0.05;
    const runMs = this.#random.int(400);
    this.#machine.setTimer(isStuck ? NEVER_MS : runMs, () => end(this.#outcome(token, runMs)));
  }

  #outcome(token: number, runMs: number): Outcome {
    const dice = this.#random.next();
    if (dice < 0.75) return completed(token, runMs);
    if (dice < 0.93)
      return failed('FAILED', {
        kind: 'ERROR',
        code: dice < 0.78 ? 'FATAL' : 'EXIT_1',
        message: 'simulated',
      });
    return failed('CRASHED', { kind: 'CRASHED', code: 'GONE', message: 'simulated' });
  }

  #listen(signal: StopSignal, { token }: AttemptStart, end: (outcome: Outcome) => void): void {
    const stop = (): void => {
      const dice = this.#random.next();
      const graceMs = dice < 0.15 ? 200 + this.#random.int(1300) : this.#random.int(50);
      const crosses = dice > 0.9;
      const finish = (): void => end(crosses ? completed(token, graceMs) : stopped(String(signal.reason)));
      this.#machine.setTimer(graceMs, finish);
      // where others may run it already
      if (signal.forced === true) this.#machine.setTimer(0, finish);
      else signal.addEventListener('force', finish, { once: true });
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  }

  /** A tenth is silent, most only beat; last words may come after the end. */
  #talk(sink: AttemptSink, work: Work): void {
    const { judge, timeline } = this.#world;
    const dice = this.#random.next();
    if (dice < 0.1) return;
    const say = dice < 0.4 ? this.#words(sink, work) : () => sink.heartbeat();
    const beat = (): void => {
      const isOver = work.told !== undefined;
      if (!isOver) judge.work.lives(work, timeline.now());
      say();
      if (!isOver) this.#machine.setTimer(30 + this.#random.int(30), beat);
    };
    this.#machine.setTimer(this.#random.int(30), beat);
  }

  #words(sink: AttemptSink, work: Work): () => void {
    return () => {
      if (work.told === undefined) work.lines++;
      sink.log({ at: this.#machine.wall(), stream: 'STDOUT', level: 'INFO', text: 'working' });
      if (this.#random.next() < 0.3) sink.progress(this.#random.next(), null);
    };
  }
}

const measured = (runMs: number) => ({ runMs, cpuMs: null, memoryPeakBytes: null, exitCode: null });

/** The output names the attempt, so that nobody else's can be taken for it. */
function completed(token: number, runMs: number): Outcome {
  return { kind: 'COMPLETED', output: { token }, measured: measured(runMs) };
}

function failed(kind: 'FAILED' | 'CRASHED' | 'TIMED_OUT' | 'CANCELLED', failure: Failure): Outcome {
  return { kind, failure, measured: measured(1) };
}

function stopped(reason: string): Outcome {
  const message = 'simulated';
  if (reason === 'TIMED_OUT') return failed('TIMED_OUT', { kind: 'TIMEOUT', code: 'STOPPED', message });
  if (reason === 'SHUTDOWN' || reason === 'LOST')
    return failed('CRASHED', { kind: 'CRASHED', code: reason, message });
  return failed('CANCELLED', { kind: 'ERROR', code: 'CANCELLED', message });
}
