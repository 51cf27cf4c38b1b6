/**
 * Requests of other servers, taken up while this one leads. Each is carried out by the same desk as a command of a client
 * here, and its answer is committed with what it changes: when the leader dies in between, the next one finds the request
 * answered, or takes it up. Looks when a hint comes, and otherwise a few times a second.
 */
import type { Clock, Timer } from '../../kit/clock.js';
import type { Json } from '../../kit/json.js';
import type { Part } from '../../kit/part.js';
import { type Refusal, RefusedError } from '../../lifecycle/refusal.js';
import type { Hints } from '../../store/hints.js';
import type { LeaderTasks, Relay, RelayedRequest } from '../../store/relay.js';
import type { DeskCore } from '../command-desk.js';
import type { Commands } from '../commands.js';
import { type AttemptReport, readCommand, readLeaderTask, readReport } from './relay-body.js';
import { isAnswer, RelayedCore } from './relayed-core.js';

export interface InboxOptions {
  readonly relay: Relay;
  readonly hints: Pick<Hints, 'on'>;
  readonly clock: Clock;
  readonly core: DeskCore;
  /** The desk over another view of the core. */
  readonly deskOn: (core: DeskCore) => Commands;
  readonly leaderTasks?: LeaderTasks;
  /** A request that waited longer is not carried out any more: its sender has given up. */
  readonly ageMsMax: number;
  readonly taken: () => void;
  readonly failed: (error: unknown) => void;
}

const OTHER_VERSION: Refusal = {
  code: 'UNAVAILABLE',
  message: 'the server that leads is of another version and does not know this command; update it',
};
const POLL_MS = 250;
const SWEEP_MS = 60_000;

export class RelayInbox implements Part {
  readonly #options: InboxOptions;
  readonly #underway = new Set<string>();
  /** Answered since the last look began: that look may still have seen them without an answer. */
  readonly #answered = new Set<string>();
  #timer: Timer | undefined;
  #looking: Promise<boolean> | undefined;
  #lookAgain = false;
  #sweptAt = 0;
  #stopped = false;
  #stopListening = (): void => {};

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#stopListening = this.#options.hints.on('requests', () => this.look());
    this.#arm();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    this.#timer?.cancel();
    await this.#looking;
  }

  /** True when all that was sent before the call is taken up: what was reported of attempts is known to the core then. */
  async lookThrough(): Promise<boolean> {
    await this.#looking;
    this.look();
    return (await this.#looking) ?? false;
  }

  /** Now, or once more when a look is under way. */
  look(): void {
    if (this.#looking !== undefined) this.#lookAgain = true;
    else if (!this.#stopped && this.#options.core.epoch !== undefined) this.#looking = this.#lookNow();
  }

  #arm(): void {
    this.#timer = this.#options.clock.setTimer(POLL_MS, () => {
      this.look();
      if (!this.#stopped) this.#arm();
    });
  }

  async #lookNow(): Promise<boolean> {
    let hasTaken = false;
    do {
      this.#lookAgain = false;
      hasTaken = await this.#take().catch(() => false);
    } while (this.#lookAgain && !this.#stopped && this.#options.core.epoch !== undefined);
    this.#looking = undefined;
    return hasTaken;
  }

  async #take(): Promise<boolean> {
    const { relay, clock, core } = this.#options;
    const { epoch } = core;
    const before = [...this.#answered];
    const requests = await relay.open(null, [...this.#underway]);
    // a commit of the leadership before may have answered them after the look, and only this one knows all of those
    if (core.epoch !== epoch) return false;
    for (const request of requests) {
      if (!this.#underway.has(request.id) && !this.#answered.has(request.id)) void this.#carryOut(request);
    }
    for (const id of before) this.#answered.delete(id);
    if (clock.monotonic() - this.#sweptAt >= SWEEP_MS) {
      this.#sweptAt = clock.monotonic();
      void relay.discard([]).catch(() => undefined);
    }
    return true;
  }

  /** Whatever is no answer leaves the request to the next look, of this leadership or of another. */
  async #carryOut(request: RelayedRequest): Promise<void> {
    const { id } = request;
    const core = new RelayedCore(this.#options.core, id);
    this.#underway.add(id);
    this.#options.taken();
    try {
      await this.#settle(request, core);
    } catch (error) {
      if (!isAnswer(error)) await this.#failed(error, core).catch(() => undefined);
    }
    if (core.answered) this.#answered.add(id);
    this.#underway.delete(id);
  }

  async #settle(request: RelayedRequest, core: RelayedCore): Promise<void> {
    const unfit = this.#whyNot(request);
    if (unfit !== undefined) return await core.answer({ refusal: unfit });
    try {
      const value = await this.#call(request, core);
      if (!core.answered) await core.answer({ value });
    } catch (error) {
      if (!isAnswer(error) || core.answered) throw error;
      await core.answer({ refusal: error.refusal });
    }
  }

  /** Outcomes of attempts never come too late. */
  #whyNot({ body, ageMs }: RelayedRequest): Refusal | undefined {
    const { ageMsMax } = this.#options;
    if (readReport(body) !== undefined) return undefined;
    if (ageMs > ageMsMax) {
      const message = `nobody led for ${Math.round(ageMs / 1000)} s, and it was not carried out; send it again`;
      return { code: 'UNAVAILABLE', message };
    }
    if (readCommand(body) !== undefined || readLeaderTask(body) !== undefined) return undefined;
    return OTHER_VERSION;
  }

  async #call({ id, body }: RelayedRequest, core: RelayedCore): Promise<Json> {
    const report = readReport(body);
    if (report !== undefined) return await hear(core, report);
    const task = readLeaderTask(body);
    if (task !== undefined) {
      const { leaderTasks = {} } = this.#options;
      if (!Object.hasOwn(leaderTasks, task.task)) throw new RefusedError(OTHER_VERSION);
      return (await leaderTasks[task.task]?.(task.arguments, id)) ?? null;
    }
    const { name, args } = readCommand(body) as NonNullable<ReturnType<typeof readCommand>>;
    const desk = this.#options.deskOn(core);
    const command = desk[name] as (...args: readonly unknown[]) => Promise<Json | void>;
    return (await command.apply(desk, [...args])) ?? null;
  }

  /** A refusal that is no answer comes and goes; anything else is a bug, which would strike again and again. */
  async #failed(error: unknown, core: RelayedCore): Promise<void> {
    if (error instanceof RefusedError) return;
    this.#options.failed(error);
    if (!core.answered) await core.answer({ fault: error instanceof Error ? error.message : String(error) });
  }
}

/** Up to the first commit everything here is done at once: whoever has looked through knows what has ended. */
async function hear(core: RelayedCore, { settled, progressed, alive }: AttemptReport): Promise<null> {
  const steps = [
    ...progressed.map((one) => ({ kind: 'attemptProgressed', ...one }) as const),
    ...alive.map((key) => ({ kind: 'attemptAlive', key }) as const),
  ];
  for (const step of steps) core.tell(step);
  await core.ask({ kind: 'attemptsSettled', attempts: settled });
  return null;
}
