/**
 * Runs `http` work in the server's own process: one request, redirects followed by hand so that every hop passes the
 * same checks. Called by the local layer. Never reaches a private address that is not listed, never logs headers,
 * credentials or query values.
 */
import { abortSignalOf, type StopSignal } from '../../kit/stop.js';
import type { Clock } from '../../kit/clock.js';
import type { Measured, Outcome } from '../../lifecycle/task.js';
import type { HttpWork } from '../../lifecycle/work.js';
import type { AttemptSink, AttemptStart } from '../attempt.js';
import { idempotencyKey } from '../attempt-identity.js';
import { AttemptLog } from '../attempt-log.js';
import type { Executor } from '../executor.js';
import { checkOutput } from '../output.js';
import { completed, crashed, failed, ranFor, stopped } from '../outcome.js';
import { AddressPolicy } from './address-policy.js';
import { parseAllowEntry } from './allow-list.js';
import { checkedLookup, checkLiteral, type Resolve, resolveBySystem } from './checked-lookup.js';
import { type Answer, Exchanger } from './exchange.js';
import { firstHop, type Hop, isRedirect, printable, redirected } from './hop.js';
import { HttpFailure, httpFailure } from './http-failure.js';
import { httpOutput, textOf } from './http-output.js';

export interface HttpOptions {
  /** Entries of `http_allow_private`, see allow-list.ts. A wrong one throws in the constructor. */
  readonly allowPrivate: readonly string[];
  /** The limit that `work.maxResponseBytes` can only lower. */
  readonly responseBytesMax: number;
  readonly outputBytesMax: number;
  readonly logBytesMax: number;
  /** The end of a request that nothing else ends. */
  readonly totalTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly resolve?: Resolve;
}

const REDIRECTS_MAX = 5;
const TOTAL_TIMEOUT_MS = 3_600_000;
const CONNECT_TIMEOUT_MS = 30_000;
const QUOTED_LENGTH = 500;

export class HttpExecutor implements Executor {
  readonly kind = 'http';
  readonly #options: HttpOptions;
  readonly #clock: Clock;
  readonly #policy: AddressPolicy;
  readonly #exchanger: Exchanger;

  constructor(options: HttpOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#policy = new AddressPolicy(options.allowPrivate.map(parseAllowEntry));
    this.#exchanger = new Exchanger(clock);
  }

  async execute(attempt: AttemptStart, signal: StopSignal, sink: AttemptSink): Promise<Outcome> {
    if (!('http' in attempt.work)) return crashed('EXECUTOR_FAULT', 'not http work', ranFor(0));
    if (signal.aborted) return stopped(signal.reason, ranFor(0));
    const beganAt = this.#clock.monotonic();
    const measured = (): Measured => ranFor(this.#clock.monotonic() - beganAt);
    const log = new AttemptLog(sink, this.#clock, this.#options.logBytesMax);
    const cap = this.#cap();
    try {
      const ends = AbortSignal.any([abortSignalOf(signal), cap.signal]);
      const answer = await this.#follow(attempt, ends, log);
      return signal.aborted
        ? stopped(signal.reason, measured())
        : this.#judge(attempt.work.http, answer, log, measured());
    } catch (error) {
      if (signal.aborted) return stopped(signal.reason, measured());
      const failure = cap.signal.aborted ? (cap.signal.reason as HttpFailure) : httpFailure(error);
      return failed(failure.code, failure.message, measured());
    } finally {
      cap.cancel();
    }
  }

  async close(): Promise<void> {
    this.#exchanger.close();
  }

  #cap(): { readonly signal: AbortSignal; cancel(): void } {
    const abort = new AbortController();
    const ms = this.#options.totalTimeoutMs ?? TOTAL_TIMEOUT_MS;
    const reason = new HttpFailure('RESPONSE_TIMEOUT', `No complete response within ${ms} ms.`);
    const timer = this.#clock.setTimer(ms, () => abort.abort(reason));
    return { signal: abort.signal, cancel: () => timer.cancel() };
  }

  async #follow(attempt: AttemptStart, signal: AbortSignal, log: AttemptLog): Promise<Answer> {
    const work = (attempt.work as { http: HttpWork }).http;
    let hop = firstHop(work, idempotencyKey(attempt), attempt.traceparent);
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#send(hop, work, signal, log);
      const { location } = answer.headers;
      if (!isRedirect(answer.status) || isExpected(work, answer.status) || location === undefined)
        return answer;
      if (redirects === REDIRECTS_MAX) {
        throw new HttpFailure(
          'TOO_MANY_REDIRECTS',
          `More than ${REDIRECTS_MAX} redirects, the last one from ${printable(hop.url)}.`,
        );
      }
      hop = redirected(hop, answer.status, location);
    }
  }

  async #send(hop: Hop, work: HttpWork, signal: AbortSignal, log: AttemptLog): Promise<Answer> {
    const port = Number(hop.url.port) || (hop.url.protocol === 'https:' ? 443 : 80);
    checkLiteral(this.#policy, hop.url, port);
    log.write('LOG', `${hop.method} ${printable(hop.url)}`, 'INFO');
    const beganAt = this.#clock.monotonic();
    const answer = await this.#exchanger.exchange(hop, {
      lookup: checkedLookup(this.#options.resolve ?? resolveBySystem, this.#policy, port),
      signal,
      bytesMax: Math.min(work.maxResponseBytes ?? Infinity, this.#options.responseBytesMax),
      connectTimeoutMs: this.#options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      isBodiless: (status) => isRedirect(status) && !isExpected(work, status),
      onBytes: () => log.alive(),
    });
    const ms = Math.round(this.#clock.monotonic() - beganAt);
    log.write('LOG', `status ${answer.status}, ${answer.body.length} bytes in ${ms} ms`, 'INFO');
    return answer;
  }

  #judge(work: HttpWork, answer: Answer, log: AttemptLog, measured: Measured): Outcome {
    if (!isExpected(work, answer.status)) {
      const body = textOf(answer).slice(0, QUOTED_LENGTH);
      const text = `The response has status ${answer.status}, which is not expected${body === '' ? '.' : `: ${body}`}`;
      return failed(`HTTP_${answer.status}`, text, measured);
    }
    const { output, warning } = httpOutput(answer);
    if (warning !== undefined) log.note('WARN', warning);
    const check = checkOutput(output, this.#options.outputBytesMax);
    return check.ok ? completed(check.output, measured) : failed(check.code, check.message, measured);
  }
}

function isExpected(work: HttpWork, status: number): boolean {
  return work.expectedStatuses?.includes(status) ?? (status >= 200 && status <= 299);
}
