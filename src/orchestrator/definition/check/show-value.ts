/**
 * How a value that somebody wrote is shown back to them in a fault: on one line, short, with nothing in it that could
 * steer a terminal. Called by everything that composes faults. It never walks the whole of a large value.
 */
const shownLengthMax = 60;

const visibleOnly = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function escapeCharacter(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\u{${code}}`;
}

/** Invisible and steering characters (control, format, lone surrogates, line separators) as `\u001b`. */
export function escapeInvisible(text: string): string {
  return text.replace(visibleOnly, escapeCharacter);
}

/** `"text"` cut to a readable length; the cut is marked with the true length. */
export function showText(text: string): string {
  if (text.length <= shownLengthMax) return `"${escapeInvisible(text)}"`;
  const head = text.slice(0, shownLengthMax - 20).replace(/[\uD800-\uDBFF]$/, '');
  return `"${escapeInvisible(head)}…" (${text.length} characters)`;
}

export function showValue(value: unknown): string {
  if (typeof value === 'string') return showText(value);
  if (value === undefined) return 'nothing';
  if (value === null || typeof value !== 'object')
    return escapeInvisible(String(value)).slice(0, shownLengthMax);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  const names = Object.keys(value);
  if (names.length === 0) return 'an empty object';
  return `an object with ${names.slice(0, 3).map(showText).join(', ')}${names.length > 3 ? ', …' : ''}`;
}
