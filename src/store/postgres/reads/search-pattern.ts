/** What people search for, as a pattern of ILIKE that means exactly that. Used by every read that searches text. */
import { toStoredText } from '../stored-text.js';

/** Escapes `%`, `_` and `\`, for Prisma's `contains` too: it puts its own `%` around but escapes nothing. */
export function literalPattern(search: string): string {
  return toStoredText(search).replace(/[\\%_]/g, '\\$&');
}

export function containsPattern(search: string): string {
  return `%${literalPattern(search)}%`;
}
