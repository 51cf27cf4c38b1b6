/**
 * The word of a vocabulary that a mistyped word most likely meant. Called wherever a fault can suggest what to write
 * instead: configuration, definitions, REST, command line. It never suggests what is not near.
 */
import { distance } from 'fastest-levenshtein';

const wordLengthMax = 64;

/** In edits. Of a short word at most half may be wrong: `b` is no mistyped `a`. */
function farthest(word: string): number {
  return Math.min(Math.max(2, Math.floor(word.length / 4)), Math.floor(word.length / 2));
}

/** `budget.left` falls by one per comparison, so that a hundred faults over ten thousand keys stay quick. */
export function nearestWord(
  word: string,
  candidates: Iterable<string>,
  budget = { left: 1000 },
): string | undefined {
  if (word.length > wordLengthMax) return undefined;
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = farthest(word) + 1;
  for (const candidate of candidates) {
    if (budget.left <= 0) break;
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    budget.left--;
    const far = distance(wanted, candidate.toLowerCase());
    if (far < bestDistance) [best, bestDistance] = [candidate, far];
  }
  return best;
}

/** The end of a fault's message; undefined where nothing is near. */
export function didYouMean(
  word: string,
  candidates: Iterable<string>,
  budget?: { left: number },
): string | undefined {
  const meant = nearestWord(word, candidates, budget);
  return meant === undefined ? undefined : `did you mean ${meant}?`;
}
