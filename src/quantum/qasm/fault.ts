/**
 * A fault at an offset of the text: thrown inside this folder, caught once per statement by `read.ts`, which turns offsets
 * into lines and columns.
 */
import type { CircuitErrorCode } from '../circuit-error.js';

/** No `Error`: where it is thrown is of no interest, and taking stacks is half the time of reading a faulty text. */
export class TextFault {
  constructor(
    readonly code: CircuitErrorCode,
    /** Offset in UTF-16 units. */
    readonly at: number,
    readonly message: string,
  ) {}
}

/** A statement that uses what an earlier faulty statement should have declared: told already. */
export class EarlierFault {}

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** 1-based. Ends of lines are LF, CR and CRLF. */
export function placeIn(text: string, at: number): Place {
  let [line, start] = [1, 0];
  const ends = /\r\n?|\n/g;
  for (let end = ends.exec(text); end !== null && end.index + end[0].length <= at; end = ends.exec(text)) {
    line++;
    start = end.index + end[0].length;
  }
  return { line, column: at - start + 1 };
}

/** A word of the text inside a message: never long. */
export function quoted(word: string): string {
  return word.length > 40 ? `\`${word.slice(0, 40)}…\`` : `\`${word}\``;
}
