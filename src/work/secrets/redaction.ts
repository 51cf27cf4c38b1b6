/**
 * Takes the values of secrets out of all that an attempt says: lines, progress, outputs, failures. As they are, and as they
 * come out of JSON, of URLs and of base64. Short ones are left, because they would take innocent text with them. Made by the
 * layer for each attempt that was given secrets; a secret that the work prints in another form is not found.
 */
import type { Json } from '../../kit/json.js';
import type { Outcome } from '../../lifecycle/task.js';
import type { AttemptSink, LogLine } from '../attempt.js';

export const MASK = '***';
const LENGTH_MIN = 4;

export class Redaction implements AttemptSink {
  readonly #forms: readonly string[];
  readonly #sink: AttemptSink;

  constructor(values: Iterable<string>, sink: AttemptSink) {
    this.#forms = [...new Set([...values].flatMap(formsOf))].sort((a, b) => b.length - a.length);
    this.#sink = sink;
  }

  log(line: LogLine): void {
    this.#sink.log({ ...line, text: this.#text(line.text) });
  }

  progress(fraction: number, message: string | null): void {
    this.#sink.progress(fraction, message === null ? null : this.#text(message));
  }

  heartbeat(): void {
    this.#sink.heartbeat();
  }

  outcome(outcome: Outcome): Outcome {
    if (outcome.kind === 'COMPLETED') return { ...outcome, output: this.#json(outcome.output) };
    const { failure } = outcome;
    return { ...outcome, failure: { ...failure, message: this.#text(failure.message) } };
  }

  #json(value: Json): Json {
    if (typeof value === 'string') return this.#text(value);
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((member) => this.#json(member as Json));
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [this.#text(key), this.#json(member)]),
    );
  }

  #text(text: string): string {
    let masked = text;
    for (const form of this.#forms) if (masked.includes(form)) masked = masked.replaceAll(form, MASK);
    return masked;
  }
}

/** A value of several lines is printed line by line. */
function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/);
  const plain = lines.length === 1 ? [value] : [value, ...lines];
  return plain
    .filter(({ length }) => length >= LENGTH_MIN)
    .flatMap((text) => [
      text,
      JSON.stringify(text).slice(1, -1),
      encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD')),
      Buffer.from(text).toString('base64'),
    ]);
}
