/**
 * One invocation of a verb: its settings, its outputs, and the one rule of output (people on stdout as text, programs
 * as JSON, everything about the run itself on stderr). Made by `program.ts`, handed to the verbs.
 */
import type { ConfigFlags } from '../config.js';
import type { Host } from './host.js';
import { type Settings, type SharedOptions, loadSettings } from './settings.js';
import type { Shell } from './shell.js';

export class Verb {
  constructor(
    readonly shell: Shell,
    readonly host: Host,
    private readonly options: SharedOptions,
  ) {}

  get json(): boolean {
    return this.options.json === true;
  }

  settings(extra: ConfigFlags = {}): Settings {
    return loadSettings(this.options, this.shell, extra);
  }

  /** The result: as JSON when that was asked for, else as text. */
  answer(value: unknown, text: string | (() => string)): void {
    if (this.json) this.line(value);
    else this.shell.stdout.write(typeof text === 'string' ? text : text());
  }

  /** One document or one line of a stream. */
  line(value: unknown): void {
    this.shell.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** For people only, beside the result. */
  note(text: string): void {
    this.shell.stderr.write(`${text}\n`);
  }
}
