/**
 * Text as PostgreSQL can keep it. Its `text` refuses NUL and its UTF-8 has no lone surrogates, but people, programs and
 * their log lines contain both. Called at every border between rows and values; columns of type json need it not,
 * because `JSON.stringify` escapes both and json (unlike jsonb) keeps what it is given.
 *
 * Such code units are written as DLE (U+0010, "data link escape") and four hexadecimal digits, and DLE itself likewise;
 * all other text, which is nearly all there is, is stored as it is and can be searched.
 */

const DLE = '\u0010';
const UNSTORABLE = /[\u0000\u0010]|\p{Surrogate}/u;
const UNSTORABLE_ALL = /[\u0000\u0010]|\p{Surrogate}/gu;
const ESCAPED = /\u0010([0-9a-f]{4})/g;

export function toStoredText(text: string): string {
  if (!UNSTORABLE.test(text)) return text;
  return text.replace(UNSTORABLE_ALL, (unit) => DLE + unit.charCodeAt(0).toString(16).padStart(4, '0'));
}

export function fromStoredText(stored: string): string {
  if (!stored.includes(DLE)) return stored;
  return stored.replace(ESCAPED, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
