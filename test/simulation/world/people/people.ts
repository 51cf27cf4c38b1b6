/** The people of a history: they send random commands to random servers, remember what they were answered, and send a submission again when they hear nothing. */
import type { SeededRandom } from '../../../../src/kit/random.js';
import { RefusedError } from '../../../../src/lifecycle/refusal.js';
import type { Commands } from '../../../../src/orchestrator/commands.js';
import { isOpen, type Mesh, type Task } from '../../judge/books.js';
import type { Judge } from '../../judge/judge.js';
import type { Fleet } from '../fleet.js';
import { type Asking, OWNER } from './asking.js';
import { Author, EDGE_TYPES } from './meshes.js';
import type { Server } from '../server.js';
import { Submissions } from './submissions.js';
import type { World } from '../world.js';

export class People {
  readonly #world: World;
  readonly #fleet: Fleet;
  readonly #random: SeededRandom;
  readonly #submissions: Submissions;

  constructor(world: World, fleet: Fleet) {
    this.#world = world;
    this.#fleet = fleet;
    this.#random = world.random.fork('people');
    const author = new Author(this.#random.fork('author'), world.profile, () => world.database.now());
    this.#submissions = new Submissions(world, this.#random, author, (asking) => this.#send(asking));
  }

  act(): void {
    const { books } = this.#world.judge;
    const meshes = [...books.meshes.values()].slice(1).slice(-4);
    const tasks = meshes.flatMap((mesh) => mesh.tasks).slice(-24);
    if (this.#random.next() < 0.3 || tasks.length === 0) return this.#submissions.submit();
    const running = tasks.filter(({ status }) => status === 'RUNNING').sort(byStart);
    const isRunning = running.length > 0 && this.#random.next() < 0.4;
    const task = this.#random.pick(isRunning ? running.slice(-2) : tasks);
    const mesh = this.#random.pick(meshes);
    const dice = this.#random.int(20);
    if (dice < 3) this.#submissions.grow(mesh);
    else if (dice < 13) this.#send(this.#aboutTask(task));
    else if (dice < 16) this.#send(this.#aboutEdge(task, this.#random.pick(tasks)));
    else this.#send(this.#aboutMesh(mesh));
  }

  /** What waits for people is let go, again and again, until nothing does. */
  letGo(): void {
    const { books, answers } = this.#world.judge;
    for (const task of books.tasks.values()) {
      if (task.status !== 'HELD') continue;
      const ask = (desk: Commands) => desk.releaseTask(OWNER, task.id);
      this.#send({ what: `release ${task.name}`, ask, check: () => {} });
    }
    for (const mesh of books.meshes.values()) {
      if (mesh.status !== 'PAUSED') continue;
      const ask = (desk: Commands) => desk.resumeMesh(OWNER, mesh.id);
      this.#send({
        what: `resume ${mesh.name}`,
        ask,
        check: (_, since) => answers.was(mesh, 'RUNNING', since),
      });
    }
  }

  #aboutTask(task: Task): Asking {
    const { judge } = this.#world;
    const { causes } = judge;
    const choice = this.#random.int(isOpen(task) ? 10 : 12);
    if (choice < 2 || choice === 9) {
      causes.endable.add(task.id);
      return cancel(judge, task);
    }
    if (choice === 2) return hold(judge, task);
    if (choice === 3) return release(judge, task);
    if (choice === 4 || choice === 10) {
      causes.hurried.add(task.id);
      return runNow(judge, task, 'execute');
    }
    if (choice === 5 || choice === 11) {
      causes.hurried.add(task.id);
      return runNow(judge, task, 'retry');
    }
    if (choice === 6) {
      causes.endable.add(task.id);
      return remove(judge, task);
    }
    return reprioritise(judge, task);
  }

  #aboutEdge(source: Task, target: Task): Asking {
    const { answers } = this.#world.judge;
    const existing = [...target.sources.keys()];
    if (existing.length > 0 && this.#random.next() < 0.4) {
      const from = this.#random.pick(existing);
      return {
        what: `remove the edge from ${from.name} to ${target.name}`,
        ask: (desk) => desk.removeEdge(OWNER, from.id, target.id),
        check: (_, since) => answers.edgeRemoved(from, target, since),
      };
    }
    const type = this.#random.pick(EDGE_TYPES);
    return {
      what: `add a ${type} edge from ${source.name} to ${target.name}`,
      ask: (desk) => desk.addEdge(OWNER, { sourceId: source.id, targetId: target.id, type, weight: 0 }),
      check: ({ edgeId }: { edgeId: string }) => answers.edgeAdded(edgeId),
    } as Asking;
  }

  #aboutMesh(mesh: Mesh): Asking {
    const { answers } = this.#world.judge;
    const dice = this.#random.next();
    const { name, id } = mesh;
    if (dice < 0.3)
      return {
        what: `pause ${name}`,
        ask: (desk) => desk.pauseMesh(OWNER, id),
        check: (_, since) => answers.was(mesh, 'PAUSED', since),
      };
    if (dice < 0.55)
      return {
        what: `resume ${name}`,
        ask: (desk) => desk.resumeMesh(OWNER, id),
        check: (_, since) => answers.was(mesh, 'RUNNING', since),
      };
    if (dice < 0.7)
      return {
        what: `cancel ${name}`,
        ask: (desk) => desk.cancelMesh(OWNER, id),
        check: () => answers.meshCancelled(mesh),
      };
    const strategy = this.#random.pick(['FROM_FAILURE', 'ALL'] as const);
    return {
      what: `rerun ${name} ${strategy}`,
      ask: (desk) => desk.rerunMesh(OWNER, id, strategy, null),
      check: ({ meshId }: { meshId: string }) => answers.rerun(mesh, meshId),
    } as Asking;
  }

  #send(asking: Asking): void {
    const server =
      (this.#random.next() < (this.#world.profile.hasPeers ? 0.4 : 0.7) ? this.#fleet.leader : undefined) ??
      this.#fleet.pick(this.#random);
    if (server === undefined) return asking.refused?.('UNAVAILABLE');
    const since = this.#world.judge.books.batches;
    this.#world.story.tell('people', () => `ask ${server.node}: ${asking.what}`);
    this.#world.timeline.after(this.#random.next() * 3, () => {
      server.machine.receive(() => {
        if (server.isClosed) asking.refused?.('UNAVAILABLE');
        else void this.#ask(server, asking, since);
      });
    });
  }

  async #ask(server: Server, asking: Asking, since: number): Promise<void> {
    const { story, judge } = this.#world;
    const { node } = server;
    const question = judge.answers.asked(asking.what, server.machine);
    try {
      const answer = await server.answer((desk) => asking.ask(desk));
      question.isAnswered = true;
      story.tell(node, () => `acknowledges: ${asking.what}`);
      asking.check(answer as never, since);
    } catch (error) {
      question.isAnswered = true;
      if (!(error instanceof RefusedError)) {
        judge.report('answered', `${asking.what}: ${error instanceof Error ? error.stack : String(error)}`);
        return;
      }
      story.tell(node, () => `refuses: ${asking.what}: ${error.code} ${error.message}`);
      judge.peers.refused(asking.what, error, this.#world.timeline.now());
      asking.refused?.(error.code);
    }
  }
}

function byStart(a: Task, b: Task): number {
  return (a.attempts.at(-1)?.token ?? 0) - (b.attempts.at(-1)?.token ?? 0);
}

function cancel({ answers }: Judge, task: Task): Asking {
  return {
    what: `cancel ${task.name}`,
    ask: (desk) => desk.cancelTask(OWNER, task.id),
    check: () => answers.cancelled(task),
  };
}

function hold({ answers }: Judge, task: Task): Asking {
  return {
    what: `hold ${task.name}`,
    ask: (desk) => desk.holdTask(OWNER, task.id),
    check: (_, since) => answers.was(task, 'HELD', since),
  };
}

function release({ answers }: Judge, task: Task): Asking {
  return {
    what: `release ${task.name}`,
    ask: (desk) => desk.releaseTask(OWNER, task.id),
    check: (_, since) => answers.was(task, 'PENDING', since),
  };
}

function runNow({ answers }: Judge, task: Task, how: 'execute' | 'retry'): Asking {
  return {
    what: `${how} ${task.name}`,
    ask: (desk) => (how === 'execute' ? desk.executeTask(OWNER, task.id) : desk.retryTask(OWNER, task.id)),
    check: ({ taskId }: { taskId: string }) => answers.ranAgain(task, taskId),
  } as Asking;
}

function remove({ answers }: Judge, task: Task): Asking {
  return {
    what: `delete ${task.name}`,
    ask: (desk) => desk.deleteTask(OWNER, task.id),
    check: () => answers.deleted(task),
  };
}

function reprioritise({ answers }: Judge, task: Task): Asking {
  return {
    what: `make ${task.name} CRITICAL`,
    ask: (desk) => desk.updateTask(OWNER, task.id, { spec: { priority: 'CRITICAL' } }),
    check: (_, since) => answers.updated(task, since),
  };
}
