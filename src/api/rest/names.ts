/**
 * The two spellings of a name: camelCase in GraphQL, snake_case in REST; UPPER_CASE enums there, lower-case here. And
 * what somebody probably meant who wrote neither. Called by everything in this folder that maps; it knows no schema.
 */
import { distance } from 'fastest-levenshtein';

/** `retryPolicy.maxAttempts` → `retry_policy.max_attempts`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function lowerCase(word: string): string {
  return word.toLowerCase();
}

/** The known word nearest to what was written, unless it is too far off to be meant. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  const name = snakeCase(written).toLowerCase();
  const ranked = known
    .map((word) => ({ word, steps: distance(name, word.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps);
  const best = ranked[0];
  const stepsMax = Math.max(2, Math.floor(name.length / 3));
  return best !== undefined && best.steps <= stepsMax ? best.word : undefined;
}

/** `; did you mean "priority"?`, or the words that are known. */
export function suggestion(written: string, known: readonly string[]): string {
  const word = nearest(written, known);
  if (word !== undefined) return `; did you mean "${word}"?`;
  return known.length === 0 ? '' : `; known: ${known.join(', ')}`;
}

/** What was written, short enough for a message. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 64 ? `${text.slice(0, 61)}...` : text;
}

/** The names of GraphQL fields in a sentence in the spelling of REST; quoted text belongs to the caller and stays. */
export function snakeWords(text: string): string {
  return text.replace(/"[^"]*"|`[^`]*`|\b[a-z]+(?:[A-Z][a-z0-9]*)+\b/g, (part) =>
    part.startsWith('"') ? part : snakeCase(part),
  );
}
