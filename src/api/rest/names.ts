/**
 * The two spellings of a name: camelCase in GraphQL, snake_case in REST; UPPER_CASE enums there, lower-case here. And
 * what somebody probably meant who wrote neither. Called by everything in this folder that maps; it knows no schema.
 */
import { nearestWord } from '../../kit/nearest-word.js';

/** `retryPolicy.maxAttempts` → `retry_policy.max_attempts`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function lowerCase(word: string): string {
  return word.toLowerCase();
}

/** `; did you mean "priority"?`, or the words that are known. */
export function suggestion(written: string, known: readonly string[]): string {
  const word = nearestWord(snakeCase(written), known);
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
