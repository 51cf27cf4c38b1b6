/** Rules of order: dependencies, RESOURCE neighbours and paused meshes at a start; what is doomed; how meshes end. */
import { type Books, isOpen, type Mesh, type Task, TERMINAL } from './books.js';
import type { Report } from './promises.js';

export class OrderRules {
  readonly #report: Report;
  readonly #touched = new Set<Task>();

  constructor(report: Report) {
    this.#report = report;
  }

  starts(task: Task, books: Books): void {
    this.#holdLimit(task, books);
    if (task.mesh.status !== 'RUNNING')
      this.#report('parents', `${task.name} starts while its mesh is ${task.mesh.status}`);
    for (const [source, type] of task.sources) {
      if (type === 'RESOURCE') this.#holdApart(task, source, ['RUNNING', 'QUEUED']);
      else if (!isMet(source, type))
        this.#report('parents', `${task.name} starts while ${source.name} is ${source.status}`);
    }
    for (const [target, type] of task.targets)
      if (type === 'RESOURCE') this.#holdApart(task, target, ['RUNNING']);
  }

  #holdLimit(task: Task, books: Books): void {
    const { concurrency } = task.spec;
    if (concurrency === null) return;
    let running = 0;
    for (const other of books.tasks.values())
      if (other.status === 'RUNNING' && other.spec.concurrency?.key === concurrency.key) running++;
    if (running >= concurrency.limit)
      this.#report(
        'keys',
        `${task.name} starts beside ${running} of key "${concurrency.key}", whose limit is ${concurrency.limit}`,
      );
  }

  moved(task: Task): void {
    this.#touched.add(task);
  }

  /** The source of the two goes first when both are ready. */
  #holdApart(task: Task, neighbour: Task, forbidden: readonly string[]): void {
    if (forbidden.includes(neighbour.status))
      this.#report(
        'resource',
        `${task.name} starts while its RESOURCE neighbour ${neighbour.name} is ${neighbour.status}`,
      );
  }

  meshEnds(mesh: Mesh, to: string): void {
    if (to === 'CANCELLED') return;
    const open = mesh.tasks.find(isOpen);
    if (open !== undefined)
      this.#report('meshes', `mesh ${mesh.name} ends as ${to} while ${open.name} is ${open.status}`);
    const failed = mesh.tasks.find(
      (task) => !task.deleted && !['COMPLETED', 'SKIPPED'].includes(task.status),
    );
    if ((failed === undefined) !== (to === 'COMPLETED'))
      this.#report(
        'meshes',
        `mesh ${mesh.name} ends as ${to}; ${failed?.name ?? 'none'} of its tasks failed`,
      );
  }

  /** After each batch: nobody waits for what can never come, and no mesh is open without an open task. */
  settled(books: Books, newEdges: readonly { sourceId: string; targetId: string }[]): void {
    for (const { sourceId, targetId } of newEdges) {
      const [source, target] = [books.tasks.get(sourceId) as Task, books.tasks.get(targetId) as Task];
      this.#touched.add(source);
      if (leads(target, source))
        this.#report('cycles', `the edge from ${source.name} to ${target.name} closes a cycle`);
    }
    for (const task of this.#touched) {
      if (isOpen(task)) continue;
      for (const [target, type] of task.targets) {
        if (isOpen(target) && type !== 'RESOURCE' && !isMet(task, type))
          this.#report(
            'doomed',
            `${target.name} is ${target.status} although ${task.name} ended as ${task.status}`,
          );
      }
      const { mesh } = task;
      if (mesh.name !== 'default' && !TERMINAL.has(mesh.status) && !mesh.tasks.some(isOpen))
        this.#report('meshes', `all tasks of mesh ${mesh.name} have ended and it is ${mesh.status}`);
    }
    this.#touched.clear();
  }
}

function isMet(source: Task, type: string): boolean {
  return type === 'SOFT' ? !isOpen(source) : source.status === 'COMPLETED';
}

function leads(from: Task, to: Task): boolean {
  const worklist = [from];
  const seen = new Set(worklist);
  for (let task = worklist.pop(); task !== undefined; task = worklist.pop()) {
    if (task === to) return true;
    for (const target of task.targets.keys()) {
      if (seen.has(target)) continue;
      seen.add(target);
      worklist.push(target);
    }
  }
  return false;
}
