/** `taskmesh logs TASK [-f] [--attempt N]`: what a task printed, and with -f what it goes on to print. */
import { setTimeout as delay } from 'node:timers/promises';
import { isTerminal } from '../../lifecycle/vocabulary.js';
import type { Client } from '../client/client.js';
import { connect } from '../client/connect.js';
import { TASK_BY_ID, TASK_LOG } from '../client/operations.js';
import { logPages } from '../client/pages.js';
import { resolveTask } from '../client/resolve-target.js';
import type { LogLine, TaskSummary } from '../client/shapes.js';
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
  const { task } = await client.request<{ task: TaskSummary | null }>(TASK_BY_ID, { id });
  return task === null || isTerminal(task.status);
}

/** Ends the following a moment after the task has ended: its last lines come with its end. */
async function stopAtEnd(client: Client, id: string, stop: AbortController): Promise<void> {
  while (!stop.signal.aborted && !(await isOver(client, id))) {
    await delay(POLL_MS, undefined, { signal: stop.signal }).catch(() => undefined);
  }
  await delay(POLL_MS, undefined, { signal: stop.signal }).catch(() => undefined);
  stop.abort();
}

async function follow(
  client: Client,
  id: string,
  attempt: number | undefined,
  printer: LogPrinter,
  stop: AbortController,
): Promise<void> {
  let after = 0;
  const open = () => client.subscribe<{ taskLog: LogLine }>(TASK_LOG, { taskId: id, after }, stop.signal);
  const ended = stopAtEnd(client, id, stop);
  for await (const { taskLog } of client.resumed(open, stop.signal)) {
    after = taskLog.id;
    if (attempt === undefined || taskLog.attempt === attempt) printer.print(taskLog);
  }
  await ended;
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
  let interrupted = false;
  const stopListening = verb.shell.onInterrupt(() => {
    interrupted = true;
    stop.abort();
  });
  try {
    await follow(client, id, attempt, printer, stop);
    return interrupted ? EXIT.interrupted : EXIT.ok;
  } finally {
    stopListening();
    await client.close();
  }
}
