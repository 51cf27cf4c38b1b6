/**
 * Between GraphQL inputs and the checked values that commands take: instants become texts again, a fault becomes a
 * refusal, and a request with an idempotency key gets its digest. It decides nothing about tasks itself.
 */
import { createHash, type Hash } from 'node:crypto';
import type { Stages } from '../../kit/turn.js';
import { type Fault, RefusedError } from '../../lifecycle/refusal.js';
import type { Idempotency } from '../../orchestrator/commands.js';
import type { Checked } from '../../orchestrator/definition/check-mesh.js';

function underInput({ path, message }: Fault): Fault {
  if (path === '') return { path: 'input', message };
  return { path: path.startsWith('[') ? `input${path}` : `input.${path}`, message };
}

/** The checked value, or its refusal thrown, with the places as the caller wrote them: below the argument `input`. */
export function valueOf<T>(checked: Checked<T>): T {
  if (checked.ok) return checked.value;
  const { refusal } = checked;
  throw new RefusedError({ ...refusal, faults: refusal.faults?.map(underInput) });
}

/**
 * The same for what a command refuses of an input that was sound in itself. `ofList` is cut off: the core speaks of
 * `tasks[0]` where the caller gave one task.
 */
export async function placedInInput<T>(command: Promise<T>, ofList = ''): Promise<T> {
  try {
    return await command;
  } catch (error) {
    if (!(error instanceof RefusedError) || error.refusal.faults === undefined) throw error;
    const faults = error.refusal.faults.map(({ path, message }) => {
      return underInput({ path: path.startsWith(ofList) ? path.slice(ofList.length) : path, message });
    });
    throw new RefusedError({ ...error.refusal, faults });
  }
}

interface Timed {
  readonly startAfter?: Date | null;
}

/** The rules of tasks take texts, because files and REST hold texts; the scalar has made a Date of it. */
export function untimed<T extends Timed>(input: T): Omit<T, 'startAfter'> & { startAfter?: string | null } {
  if (!(input.startAfter instanceof Date)) return input as Omit<T, 'startAfter'>;
  return { ...input, startAfter: input.startAfter.toISOString() };
}

/** The same for the tasks of a mesh. */
export function untimedTasks<T extends { readonly tasks?: readonly Timed[] | null }>(
  input: T,
): Omit<T, 'tasks'> & { readonly tasks: readonly object[] } {
  return { ...input, tasks: (input.tasks ?? []).map(untimed) };
}

/** Keys in order, so that the same request written otherwise has the same digest. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value instanceof Date) return JSON.stringify(value);
  let text = '';
  for (const [key, field] of fieldsOf(value))
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonical(field)}`;
  return `{${text}}`;
}

function fieldsOf(value: object): [string, unknown][] {
  const fields = Object.entries(value).filter(([, field]) => field !== undefined && field !== null);
  return fields.length < 2 ? fields : fields.sort(([a], [b]) => (a < b ? -1 : 1));
}

const STAGE_ITEMS = 500;

/** `canonical` of the request piece by piece, for lists of 10,000 tasks. */
function* digested(hash: Hash, request: object): Stages<void> {
  let separator = '{';
  for (const [key, field] of fieldsOf(request)) {
    hash.update(`${separator}${JSON.stringify(key)}:`);
    separator = ',';
    if (!Array.isArray(field) || field.length <= STAGE_ITEMS) {
      hash.update(canonical(field));
      continue;
    }
    for (let at = 0; at < field.length; at += STAGE_ITEMS) {
      const items = field.slice(at, at + STAGE_ITEMS).map(canonical);
      hash.update(`${at === 0 ? '[' : ','}${items.join(',')}`);
      yield;
    }
    hash.update(']');
  }
  hash.update(separator === '{' ? '{}' : '}');
}

/** `kind` keeps the same key from meaning two different commands. */
export function* once(
  kind: string,
  key: string | null | undefined,
  request: object,
): Stages<Idempotency | undefined> {
  if (key === null || key === undefined) return undefined;
  const hash = createHash('sha256').update(kind).update('\n');
  yield* digested(hash, request);
  return { key, requestHash: hash.digest('hex') };
}
