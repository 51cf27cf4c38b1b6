/**
 * Where `${secret:NAME}` comes from on this machine, looked up when an attempt starts and kept nowhere: a variable of this
 * process, a file, or what a command prints, in this order. Called by layers that run work here.
 */
import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** `db.password` is the variable MESH_SECRET_DB_PASSWORD. */
export const SECRET_VARIABLE = 'MESH_SECRET_';
const BYTES_MAX = 65_536;
const COMMAND_MS_MAX = 10_000;

export interface SecretPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A folder with a file for each secret; empty: none. */
  readonly directory: string;
  /** A program and its arguments, to which the name is added; empty: none. */
  readonly command: readonly string[];
}

/** Its message names no value. */
export class SecretFault extends Error {
  readonly code: 'SECRET_UNKNOWN' | 'SECRET_UNAVAILABLE';

  constructor(code: SecretFault['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export class SecretStore {
  readonly #places: SecretPlaces;

  constructor(places: SecretPlaces) {
    this.#places = places;
  }

  /** Throws a SecretFault for the first that cannot be had. */
  async read(names: Iterable<string>): Promise<ReadonlyMap<string, string>> {
    const found = [...names].map(async (name) => [name, await this.#one(name)] as const);
    return new Map(await Promise.all(found));
  }

  async #one(name: string): Promise<string> {
    const value =
      this.#places.env[variableOf(name)] ?? (await this.#file(name)) ?? (await this.#command(name));
    if (value !== undefined && value !== '') return value;
    const file =
      this.#places.directory === '' ? 'a file of execution.secrets_dir' : join(this.#places.directory, name);
    throw new SecretFault(
      'SECRET_UNKNOWN',
      `The secret ${name} is not known on this machine: set ${variableOf(name)}, or write it to ${file}.`,
    );
  }

  async #file(name: string): Promise<string | undefined> {
    if (this.#places.directory === '') return undefined;
    const file = await open(join(this.#places.directory, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw unavailable(name, `its file cannot be read (${error.code ?? 'unknown error'})`);
    });
    if (file === undefined) return undefined;
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(BYTES_MAX + 1), 0, BYTES_MAX + 1, 0);
      if (bytesRead > BYTES_MAX) throw unavailable(name, `its file has more than ${BYTES_MAX} bytes`);
      return withoutLastNewline(buffer.toString('utf8', 0, bytesRead));
    } catch (error) {
      throw error instanceof SecretFault
        ? error
        : unavailable(
            name,
            `its file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
          );
    } finally {
      await file.close();
    }
  }

  #command(name: string): Promise<string | undefined> {
    const { command, env } = this.#places;
    const [program, ...args] = command;
    if (program === undefined) return Promise.resolve(undefined);
    const bounds = { timeout: COMMAND_MS_MAX, killSignal: 'SIGKILL', maxBuffer: BYTES_MAX } as const;
    return new Promise((resolve, reject) => {
      execFile(program, [...args, name], { ...bounds, env: env as NodeJS.ProcessEnv }, (error, printed) => {
        if (error === null) resolve(withoutLastNewline(printed));
        else reject(unavailable(name, `execution.secrets_command ended with ${endOf(error)}`));
      }).stdin?.end();
    });
  }
}

/** What it printed may hold the secret, so that only how it ended is told. */
function endOf({
  code,
  signal,
  killed,
}: Error & { code?: unknown; signal?: unknown; killed?: boolean }): string {
  if (killed === true)
    return `no answer within ${COMMAND_MS_MAX / 1000} s, or one of more than ${BYTES_MAX} bytes`;
  return String(signal ?? code ?? 'an error');
}

function unavailable(name: string, why: string): SecretFault {
  return new SecretFault('SECRET_UNAVAILABLE', `The secret ${name} cannot be had now: ${why}.`);
}

function variableOf(name: string): string {
  return SECRET_VARIABLE + name.replaceAll(/[.-]/g, '_').toUpperCase();
}

function withoutLastNewline(text: string): string {
  return text.replace(/\r?\n$/, '');
}
