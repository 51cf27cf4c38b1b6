/** The rule that the stored rows are what the history says: after each batch for what it touched, in the end for all. */
import type { Batch } from '../../../src/lifecycle/batch.js';
import type { MemoryDatabase } from '../../../src/store/memory/memory-database.js';
import type { Books, Mesh, Task } from './books.js';
import type { Report } from './promises.js';
import type { WorkRules } from './work.js';

export class RowRules {
  readonly #report: Report;
  readonly #books: Books;
  readonly #database: MemoryDatabase;
  readonly #work: WorkRules;

  constructor(parts: { report: Report; books: Books; database: MemoryDatabase; work: WorkRules }) {
    this.#report = parts.report;
    this.#books = parts.books;
    this.#database = parts.database;
    this.#work = parts.work;
  }

  after({ tasks, transitions, meshes, meshTransitions }: Batch): void {
    for (const { id } of tasks) this.#holdTask(this.#books.tasks.get(id) as Task);
    for (const { id } of transitions) this.#holdTask(this.#books.tasks.get(id) as Task);
    for (const { id } of meshes) this.#holdMesh(this.#books.meshes.get(id) as Mesh);
    for (const { id } of meshTransitions) this.#holdMesh(this.#books.meshes.get(id) as Mesh);
  }

  all(): void {
    for (const task of this.#books.tasks.values()) this.#holdTask(task);
    for (const mesh of this.#books.meshes.values()) this.#holdMesh(mesh);
    for (const attempt of this.#books.attempts.values()) {
      const row = this.#database.attempts.get(`${attempt.task.id}:${attempt.number}`);
      if (row?.token !== attempt.token || row.outcome?.outcome !== attempt.outcome?.outcome)
        this.#report(
          'history',
          `attempt ${attempt.number} of ${attempt.task.name} is stored otherwise than told`,
        );
    }
  }

  #holdTask(task: Task): void {
    const row = this.#database.tasks.get(task.id);
    const stored = row && `${row.status}, attempt ${row.attempt}`;
    const told = `${task.status}, attempt ${task.attempts.length}`;
    if (stored !== told)
      this.#report('history', `${task.name} is stored as ${stored}; its history says ${told}`);
    if (row !== undefined && row.crashes !== task.crashes)
      this.#report(
        'counts',
        `${task.name} is stored with ${row.crashes} crashes; it has had ${task.crashes}`,
      );
    if (row?.deleted !== task.deleted)
      this.#report('history', `${task.name} is deleted in one of rows and history`);
    if (task.status === 'COMPLETED' && task.attempts.length > 0) this.#holdOutput(task, row?.output);
  }

  #holdOutput(task: Task, output: unknown): void {
    const attempt = task.attempts.at(-1);
    const told = attempt && this.#work.workOf(attempt)?.told;
    const expected = told?.kind === 'COMPLETED' ? JSON.stringify(told.output) : undefined;
    if (expected !== JSON.stringify(output))
      this.#report('outcome', `${task.name} has output ${JSON.stringify(output)}; its work told ${expected}`);
  }

  #holdMesh(mesh: Mesh): void {
    const status = this.#database.meshes.get(mesh.id)?.status;
    if (status !== mesh.status)
      this.#report('history', `mesh ${mesh.name} is stored as ${status}; its history says ${mesh.status}`);
  }
}
