/**
 * The orchestrator as one relayed request sees it: whatever step it asks for carries the request's answer, so that one
 * commit states both. Made by the inbox for each request; the desk works on it as on the orchestrator itself.
 */
import type { RelayAnswer } from '../../lifecycle/batch.js';
import { RefusedError, type RefusalCode } from '../../lifecycle/refusal.js';
import type { CoreState } from '../core/core-state.js';
import type { CoreInput } from '../core/core-input.js';
import type { DeskCore } from '../command-desk.js';
import type { Ground } from '../orchestrator.js';
import type { TaskState } from '../../lifecycle/mesh-state.js';

/** Nothing is certain, or nothing was done: such a refusal is no answer, and the request is taken up again. */
const NO_ANSWER: readonly RefusalCode[] = ['UNAVAILABLE', 'OVERLOADED'];

export function isAnswer(error: unknown): error is RefusedError {
  return error instanceof RefusedError && !NO_ANSWER.includes(error.code);
}

export class RelayedCore implements DeskCore {
  readonly #core: DeskCore;
  readonly #id: string;
  #answered = false;

  constructor(core: DeskCore, id: string) {
    this.#core = core;
    this.#id = id;
  }

  /** A commit holds the answer. */
  get answered(): boolean {
    return this.#answered;
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

  ask<T>(input: CoreInput, ground?: Ground): Promise<T> {
    return this.#ask(input, { value: ground?.value ?? null }, ground);
  }

  /** What nobody waits for, and what carries no answer. */
  tell(input: CoreInput): void {
    this.#core.ask(input).catch(() => undefined);
  }

  /** Without a change: it was refused before the core was asked, or carried out long ago. */
  async answer(answer: RelayAnswer): Promise<void> {
    await this.#ask({ kind: 'timePassed' }, answer);
  }

  async #ask<T>(
    input: CoreInput,
    answer: RelayAnswer,
    ground: Ground = { epoch: this.#core.epoch },
  ): Promise<T> {
    try {
      const value = await this.#core.ask<T>(input, { ...ground, relayed: { id: this.#id, answer } });
      this.#answered = true;
      return value;
    } catch (error) {
      this.#answered = isAnswer(error);
      throw error;
    }
  }
}
