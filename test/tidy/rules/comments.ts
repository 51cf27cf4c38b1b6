/** A file opens with one to five sentences: what it is for, who calls it, what it never does. */
import { complain } from '../source-file.js';
import type { Complaint, Rule } from '../source-file.js';

const sentencesMax = 5;

/** The text of the comment a file opens with, up to its first empty line; undefined where it opens with anything else. */
export function openingOf(text: string): string | undefined {
  const body = text.replace(/^#!.*\n/, '').trimStart();
  const block = /^\/\*\*?([\s\S]*?)\*\//.exec(body)?.[1];
  const lines = block ?? /^(?:\/\/.*\n)+/.exec(body)?.[0];
  const plain = lines?.replace(/^[ \t]*(\*|\/\/+)[ \t]?/gm, '').trim();
  return plain?.split(/\n\s*\n/)[0];
}

export function sentencesIn(text: string): number {
  const whole = text.replace(/\b(e\.g|i\.e|etc|cf|vs)\./g, '$1');
  return whole
    .split(/[.!?]["')\]`*]*(?=\s+["'(`*]*[A-Z0-9])|[.!?]["')\]`*]*\s*$/)
    .filter((part) => part.trim() !== '').length;
}

export const openings: Rule = (files) => {
  return files.flatMap((file): Complaint[] => {
    const opening = openingOf(file.text);
    if (opening === undefined || opening === '')
      return [complain(file, 0, 'does not open with a comment that says what it is for')];
    const count = sentencesIn(opening);
    return count > sentencesMax
      ? [complain(file, 0, `opens with ${count} sentences, more than ${sentencesMax}`)]
      : [];
  });
};
