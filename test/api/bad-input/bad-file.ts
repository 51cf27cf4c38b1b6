/** One row of the table of bad mesh files, and what rows are written with. */
export interface BadFile {
  readonly title: string;
  /** Its ending decides how the text is read. */
  readonly file: string;
  readonly text: string | (() => string | Uint8Array);
  /** The place of one of the faults; its line where the text has one. */
  readonly path: string;
  readonly line?: number;
  readonly says: RegExp;
}

export function task(fields: string): string {
  return `name: bad\ntasks:\n  first: ${fields}\n`;
}

export function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

export function many(count: number, one: (index: number) => unknown): unknown[] {
  return Array.from({ length: count }, (_, index) => one(index));
}

export const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
