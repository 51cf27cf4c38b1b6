/**
 * Between GraphQL inputs and the checked values that commands take: instants become texts again, a fault becomes a
 * refusal, and a request with an idempotency key gets its digest. It decides nothing about tasks itself.
 */
import { createHash } from 'node:crypto';
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

/** Keys in order, so that the same request written otherwise has the same digest. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (value instanceof Date) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined && field !== null);
  return `{${fields
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`)
    .join(',')}}`;
}

/** `kind` keeps the same key from meaning two different commands. */
export function once(kind: string, key: string | null | undefined, request: object): Idempotency | undefined {
  if (key === null || key === undefined) return undefined;
  const requestHash = createHash('sha256').update(kind).update('\n').update(canonical(request)).digest('hex');
  return { key, requestHash };
}
