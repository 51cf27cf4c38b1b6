/** Submissions, extensions and single tasks, half of them under an idempotency key; what was not answered is sent again. */
import type { SeededRandom } from '../../../../src/kit/random.js';
import type { CheckedMesh } from '../../../../src/orchestrator/definition/mesh-input.js';
import type { Mesh } from '../../judge/books.js';
import { ONCE } from '../../judge/peers.js';
import { type Asking, OWNER } from './asking.js';
import type { Author } from './meshes.js';
import type { World } from '../world.js';

interface Keyed {
  readonly key: string;
  readonly requestHash: string;
  readonly mesh: CheckedMesh;
}

const TRIES_MAX = 6;

export class Submissions {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #author: Author;
  readonly #send: (asking: Asking) => void;
  readonly #keyed: Keyed[] = [];
  #count = 0;

  constructor(world: World, random: SeededRandom, author: Author, send: (asking: Asking) => void) {
    this.#world = world;
    this.#random = random;
    this.#author = author;
    this.#send = send;
  }

  submit(): void {
    const dice = this.#random.next();
    const old = this.#keyed.at(-1 - this.#random.int(4));
    if (dice < 0.4) this.#submitPlain({ ...this.#author.mesh(), name: `${ONCE}${++this.#count}` });
    else if (dice < 0.6 && old !== undefined) this.#submitKeyed(old, TRIES_MAX);
    else if (dice < 0.7 && old !== undefined) this.#submitKeyed(this.#different(old), TRIES_MAX);
    else this.#submitKeyed(this.#keep(this.#author.mesh()), 0);
  }

  /** A few tasks more, or one more, into a mesh that lives or has ended. */
  grow(mesh: Mesh): void {
    const known = mesh.tasks.slice(-3).map((task) => task.spec.key);
    const extension = this.#author.extension(`x${++this.#count}-`, known);
    const [single] = extension.tasks;
    const { answers } = this.#world.judge;
    if (extension.tasks.length > 1 || single === undefined)
      return this.#send({
        what: `extend ${mesh.name} by ${extension.tasks.length} tasks`,
        ask: (desk) => desk.extendMesh(OWNER, mesh.id, extension),
        check: ({ taskIds }: { taskIds: string[] }) => answers.created(taskIds),
      } as Asking);
    this.#send({
      what: `create a task in ${mesh.name}`,
      ask: (desk) => desk.createTask(OWNER, mesh.id, { task: single, edges: extension.edges }),
      check: ({ taskId }: { taskId: string }) => answers.created([taskId]),
    } as Asking);
  }

  #submitPlain(mesh: CheckedMesh): void {
    this.#send({
      what: `submit a mesh of ${mesh.tasks.length}`,
      ask: (desk) => desk.submitMesh(OWNER, mesh),
      check: ({ meshId }: { meshId: string }) => this.#submitted(meshId, mesh),
    } as Asking);
  }

  #submitKeyed(keyed: Keyed, tries: number): void {
    const { key, requestHash, mesh } = keyed;
    const { once } = this.#world.judge;
    let answered = false;
    const again = (): void => {
      if (!answered && tries < TRIES_MAX) this.#submitKeyed(keyed, tries + 1);
      answered = true;
    };
    this.#send({
      what: `submit a mesh of ${mesh.tasks.length} under key ${key} (${requestHash})`,
      ask: (desk) => desk.submitMesh(OWNER, mesh, { key, requestHash }),
      check: ({ meshId }: { meshId: string }) => {
        answered = true;
        once.made(key, requestHash, meshId);
        this.#submitted(meshId, mesh);
      },
      refused: (code) => {
        if (code === 'IDEMPOTENCY_CONFLICT') once.conflict(key, requestHash);
        const soonMs = this.#random.int(this.#random.next() < 0.5 ? 20 : 400);
        if (code === 'UNAVAILABLE') this.#world.timeline.after(soonMs, again);
        else answered = true;
      },
    } as Asking);
    this.#world.timeline.after(300 + this.#random.int(2000), again);
  }

  #submitted(meshId: string, mesh: CheckedMesh): void {
    this.#world.judge.answers.submitted(
      meshId,
      mesh.tasks.map((task) => task.spec.key),
    );
    for (const { spec, startAfter } of mesh.tasks)
      if (startAfter !== null) this.#delay(meshId, spec.key, startAfter);
  }

  /** Only in time when it is answered before it begins, which it mostly is. */
  #delay(meshId: string, key: string, startAfter: number): void {
    const task = this.#world.judge.books.meshes.get(meshId)?.tasks.find(({ spec }) => spec.key === key);
    const { timeline, database, judge } = this.#world;
    if (task?.status === 'PENDING') judge.causes.waits(task.id, timeline.now() + startAfter - database.now());
  }

  #keep(mesh: CheckedMesh): Keyed {
    const key = `key-${++this.#count}`;
    const keyed = { key, requestHash: `request-${this.#count}`, mesh };
    this.#keyed.push(keyed);
    return keyed;
  }

  #different(old: Keyed): Keyed {
    return { key: old.key, requestHash: `request-${++this.#count}`, mesh: this.#author.mesh() };
  }
}
