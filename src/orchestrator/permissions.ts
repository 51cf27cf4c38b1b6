/**
 * Who may do what, asked before a command reaches the core; the doors have asked for the role already. Here is asked what
 * only the command tells: does the work run code, whose is the task, and in which tenant is it?
 */
import { runsCode, type Work } from '../lifecycle/work.js';
import { type Fault, RefusedError, type RefusalCode } from '../lifecycle/refusal.js';
import type { TaskSpec } from '../lifecycle/task.js';
import type { TaskRef } from '../store/store.js';
import { type Caller, tenantOf } from './commands.js';
import type { References } from './references.js';

export const TOKEN =
  'send the token of the state directory as "Authorization: Bearer …" (the command line does so by itself)';

export function refuse(code: RefusalCode, message: string, faults?: readonly Fault[]): never {
  throw new RefusedError({ code, message, ...(faults === undefined ? {} : { faults }) });
}

export function mayChange(
  { id, trusted, changesAll = false }: Caller,
  { createdBy }: { createdBy: string },
): boolean {
  return trusted || changesAll || createdBy === id;
}

export class Permissions {
  readonly #references: References;
  readonly #canRun: (spec: TaskSpec) => string | undefined;

  /** `canRun` answers why no layer takes a task, or undefined. */
  constructor(references: References, canRun: (spec: TaskSpec) => string | undefined) {
    this.#references = references;
    this.#canRun = canRun;
  }

  /** Also refuses what no layer of this system can run: it would wait for ever. */
  mayRun(caller: Caller, tasks: readonly { readonly spec: TaskSpec }[]): void {
    tasks.forEach(({ spec }, index) => this.mayRunTask(caller, spec, `tasks[${index}].`));
  }

  /** `place`: what stands before the field in the refusal. */
  mayRunTask(caller: Caller, spec: TaskSpec, place: string): void {
    this.mayRunWork(caller, spec.work, `${place}work`);
    if (spec.work === null && spec.layer === null) return;
    const why = this.#canRun(spec);
    if (why === undefined) return;
    const path = `${place}${spec.layer === null ? 'work' : 'layer'}`;
    refuse('INVALID_INPUT', `${path}: ${why}`, [{ path, message: why }]);
  }

  mayRunWork(caller: Caller, work: Work | null, path: string): void {
    if (caller.trusted || !runsCode(work)) return;
    refuse('FORBIDDEN', `${path}: this kind of work runs code on this machine and needs the owner; ${TOKEN}`);
  }

  async mayChangeTask(caller: Caller, taskId: string): Promise<TaskRef> {
    const ref = await this.#references.task(taskId);
    const mesh = ref && (await this.#references.mesh(ref.meshId));
    if (ref === undefined || mesh?.tenant !== tenantOf(caller)) refuse('NOT_FOUND', `no task ${taskId}`);
    if (!mayChange(caller, ref)) refuse('FORBIDDEN', `task ${taskId} was made by somebody else; ${TOKEN}`);
    return ref;
  }

  async mayChangeMesh(caller: Caller, meshId: string): Promise<void> {
    const ref = await this.#references.mesh(meshId);
    if (ref?.tenant !== tenantOf(caller)) refuse('NOT_FOUND', `no mesh ${meshId}`);
    if (!mayChange(caller, ref)) refuse('FORBIDDEN', `mesh ${meshId} was made by somebody else; ${TOKEN}`);
  }
}
