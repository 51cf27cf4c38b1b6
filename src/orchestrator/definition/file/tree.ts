/**
 * A parsed file before anyone knows what it means: plain values, and where in the text each of them stands. Made by
 * `yaml-tree.ts` and `json-tree.ts`, read by everything else of this folder.
 */
import type { Step } from '../check/inspection.js';

/** Both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface FileFault {
  /** As in the file: `tasks.clean.dependsOn[0]`; empty for the whole. */
  readonly path: string;
  readonly message: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

export interface Tree {
  readonly value: unknown;
  /** What is wrong with the text itself; then `value` may be incomplete. */
  readonly faults: readonly FileFault[];
  /** Of the deepest value on this path that exists. */
  positionOf(path: readonly Step[]): Position | undefined;
  /** The text of an unquoted number or word, where a text may have been meant (`1.10`). */
  plainTextAt(path: readonly Step[]): string | undefined;
}

/** A deeper file is refused before anything recursive walks it. */
export const NESTING_MAX = 100;

export const nestedTooDeeply = `must not be nested deeper than ${NESTING_MAX}`;
