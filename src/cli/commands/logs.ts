/** `taskmesh logs TASK [-f] [--attempt N]`: what a task printed, and with -f what it goes on to print. */
import { setTimeout as delay } from 'node:timers/promises';
import { CliTaskDocument, CliTaskLogDocument } from '../../generated/graphql/graphql.js';
import { isTerminal } from '../../lifecycle/vocabulary.js';
import type { Client } from '../client/client.js';
import { connect } from '../client/connect.js';
import { logPages } from '../client/pages.js';
import { resolveTask } from '../client/resolve-target.js';
import type { LogLine } from '../client/nouns.js';
import { EXIT } from '../cli-error.js';
import { plainText } from '../output/plain-text.js';
import { styleFor } from '../output/style.js';
import type { Verb } from '../verb.js';

export interface LogOptions {
  readonly follow?: boolean;
  readonly attempt?: number;
}

/** How often the end of the task is looked for while its lines are followed. */
const POLL_MS = 500;

class LogPrinter {
  readonly #style;
  #attempt: number | undefined;

  constructor(private readonly verb: Verb) {
    this.#style = styleFor(verb.shell);
  }

  print(line: LogLine): void {
    if (this.verb.json) return this.verb.line(line);
    const { stdout } = this.verb.shell;
    if (this.#attempt !== line.attempt && (this.#attempt !== undefined || line.attempt > 1))
      stdout.write(`${this.#style.paint(`attempt ${line.attempt}`, 'bold')}\n`);
    this.#attempt = line.attempt;
    const colour = line.level === 'ERROR' ? 'red' : line.level === 'WARN' ? 'yellow' : 'none';
    stdout.write(
      `${this.#style.paint(line.at.slice(11, 23), 'grey')} ${this.#style.paint(plainText(line.text), colour)}\n`,
    );
  }
}

async function isOver(client: Client, id: string): Promise<boolean> {
  const { task } = await client.request(CliTaskDocument, { id });
  return task === null || isTerminal(task.status);
}

async function untilOver(client: Client, id: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await isOver(client, id))) await pause(POLL_MS, signal);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

/** Everything that is printed while the task runs, each line once; the last ones are read when it has ended. */
class LogFollower {
  #after = 0;

  constructor(
    private readonly client: Client,
    private readonly id: string,
    private readonly attempt: number | undefined,
    private readonly printer: LogPrinter,
  ) {}

  async follow(interrupted: AbortSignal): Promise<void> {
    const over = new AbortController();
    const signal = AbortSignal.any([interrupted, over.signal]);
    const live = this.#live(signal);
    try {
      await Promise.race([untilOver(this.client, this.id, signal), live]);
    } finally {
      over.abort();
    }
    await live;
    for (let round = 0; round < 2 && !interrupted.aborted; round++) {
      if (round > 0) await pause(POLL_MS, interrupted);
      await this.#catchUp();
    }
  }

  async #live(signal: AbortSignal): Promise<void> {
    const open = () =>
      this.client.subscribe(CliTaskLogDocument, { taskId: this.id, after: this.#after }, signal);
    for await (const { taskLog } of this.client.resumed(open, signal)) this.#take(taskLog);
  }

  async #catchUp(): Promise<void> {
    for await (const page of logPages(this.client, this.id, this.attempt ?? null))
      for (const line of page) this.#take(line);
  }

  #take(line: LogLine): void {
    if (line.id <= this.#after) return;
    this.#after = line.id;
    if (this.attempt === undefined || line.attempt === this.attempt) this.printer.print(line);
  }
}

export async function logs(
  verb: Verb,
  text: string,
  { follow: follows, attempt }: LogOptions,
): Promise<number> {
  const client = await connect(verb.settings());
  const { id } = await resolveTask(client, text);
  const printer = new LogPrinter(verb);
  if (follows !== true) {
    for await (const page of logPages(client, id, attempt ?? null))
      for (const line of page) printer.print(line);
    return EXIT.ok;
  }
  const stop = new AbortController();
  const stopListening = verb.shell.onInterrupt(() => stop.abort());
  try {
    await new LogFollower(client, id, attempt, printer).follow(stop.signal);
    return stop.signal.aborted ? EXIT.interrupted : EXIT.ok;
  } finally {
    stopListening();
    await client.close();
  }
}
