/**
 * The orchestrator as one command of one caller sees it: whatever step it asks for carries who asked, so that the commit
 * that states the change states that as well. Made by the composition root around every command, own or relayed.
 */
import type { TaskState } from '../../lifecycle/mesh-state.js';
import type { DeskCore } from '../command-desk.js';
import { type Asked, asked } from '../../lifecycle/person.js';
import type { Caller, Commands } from '../commands.js';
import type { CoreInput } from '../core/core-input.js';
import type { CoreState } from '../core/core-state.js';
import type { Ground } from '../orchestrator.js';
import { everyCommand } from '../servers/relay-body.js';

class AuditedCore implements DeskCore {
  readonly #core: DeskCore;
  readonly #audit: Asked;

  constructor(core: DeskCore, audit: Asked) {
    this.#core = core;
    this.#audit = audit;
  }

  get epoch(): number | undefined {
    return this.#core.epoch;
  }

  get core(): CoreState | undefined {
    return this.#core.core;
  }

  now(): number {
    return this.#core.now();
  }

  secondsOf(task: TaskState): number {
    return this.#core.secondsOf(task);
  }

  ask<T>(input: CoreInput, ground: Ground = { epoch: this.#core.epoch }): Promise<T> {
    return this.#core.ask<T>(input, { ...ground, audit: this.#audit });
  }
}

/** The commands of a desk, each on a core that knows its caller. */
export function audited(core: DeskCore, deskOn: (core: DeskCore) => Commands): Commands {
  return everyCommand((name) => (caller, ...args) => {
    const desk = deskOn(new AuditedCore(core, asked(caller as Caller, name)));
    const command = desk[name] as (...given: readonly unknown[]) => Promise<unknown>;
    return command.call(desk, caller, ...args);
  });
}
