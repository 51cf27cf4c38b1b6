/** Rules of answers: what a command was answered must stand in the history at that moment, and then for good. */
import { type Books, isOpen, type Mesh, type Task, wasIn } from './books.js';
import type { Report } from './promises.js';

/** A command that somebody waits for. */
export interface Question {
  isAnswered: boolean;
}

interface Asked extends Question {
  readonly what: string;
  readonly server: { readonly isDead: boolean };
}

export class AnswerRules {
  readonly #report: Report;
  readonly #books: Books;
  /** Checked once more in the end. */
  readonly #kept: (() => void)[] = [];
  #questions: Asked[] = [];

  constructor(report: Report, books: Books) {
    this.#report = report;
    this.#books = books;
  }

  submitted(meshId: string, keys: readonly string[]): void {
    this.#keep(() => {
      const mesh = this.#books.meshes.get(meshId);
      const found = new Set(mesh?.tasks.map((task) => task.spec.key));
      const missing = keys.filter((key) => !found.has(key));
      if (mesh === undefined || missing.length > 0)
        this.#report(
          'acknowledged',
          `a mesh was acknowledged as ${meshId}; of its tasks ${missing.join(', ')} are missing`,
        );
    });
  }

  created(taskIds: readonly string[]): void {
    this.#keep(() => {
      for (const id of taskIds)
        if (!this.#books.tasks.has(id))
          this.#report('acknowledged', `task ${id} was acknowledged and is not there`);
    });
  }

  cancelled(task: Task): void {
    this.#keep(() => {
      if (task.status !== 'CANCELLED')
        this.#report('acknowledged', `${task.name} was cancelled with acknowledgement and is ${task.status}`);
    });
  }

  meshCancelled(mesh: Mesh): void {
    this.#keep(() => {
      const open = mesh.tasks.find(isOpen);
      if (mesh.status !== 'CANCELLED' || open !== undefined)
        this.#report(
          'acknowledged',
          `mesh ${mesh.name} was cancelled with acknowledgement and is ${mesh.status}`,
        );
    });
  }

  /** `since`: batches there were when it was asked for. */
  was(thing: Task | Mesh, status: string, since: number): void {
    if (!wasIn(thing, status, since))
      this.#report(
        'acknowledged',
        `${thing.name} was acknowledged as ${status}; it is ${thing.status} and was not that`,
      );
  }

  edgeAdded(edgeId: string): void {
    if (!this.#books.edgeIds.has(edgeId))
      this.#report('acknowledged', `edge ${edgeId} was acknowledged and is not there`);
  }

  edgeRemoved(source: Task, target: Task, since: number): void {
    const removed = this.#books.edgeRemovals.get(`${source.id}>${target.id}`) ?? -1;
    if (removed < since && target.sources.has(source))
      this.#report(
        'acknowledged',
        `the edge from ${source.name} to ${target.name} was removed with acknowledgement and is there`,
      );
  }

  deleted(task: Task): void {
    this.#keep(() => {
      if (!task.deleted)
        this.#report('acknowledged', `${task.name} was deleted with acknowledgement and is there`);
    });
  }

  updated(task: Task, since: number): void {
    if ((this.#books.updates.get(task.id) ?? -1) < since)
      this.#report('acknowledged', `${task.name} was changed with acknowledgement and no event tells of it`);
  }

  /** A task that was run again is either the same, or a new one that says of which. */
  ranAgain(task: Task, taskId: string): void {
    if (taskId !== task.id && this.#books.tasks.get(taskId)?.rerunOf !== task.id)
      this.#report('acknowledged', `${task.name} was run again as ${taskId}, which is not there`);
  }

  rerun(mesh: Mesh, meshId: string): void {
    if (this.#books.meshes.get(meshId)?.row.parentMeshId !== mesh.id)
      this.#report('acknowledged', `mesh ${mesh.name} was rerun as ${meshId}, which is not there`);
  }

  /** Whoever lives in the end must have answered. */
  asked(what: string, server: { readonly isDead: boolean }): Question {
    const question = { isAnswered: false, what, server };
    this.#questions.push(question);
    return question;
  }

  get areComplete(): boolean {
    this.#questions = this.#questions.filter(({ isAnswered, server }) => !isAnswered && !server.isDead);
    return this.#questions.length === 0;
  }

  again(): void {
    for (const check of this.#kept) check();
    if (this.areComplete) return;
    for (const { what } of this.#questions) this.#report('answered', `${what}: never answered`);
  }

  #keep(check: () => void): void {
    check();
    this.#kept.push(check);
  }
}
