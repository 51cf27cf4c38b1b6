/**
 * What no text from outside may contain, whatever field it is for: PostgreSQL stores neither NUL nor half a surrogate
 * pair, so they are refused here instead of failing there. Called by the JSON scalars and by the limits.
 */

/** Undefined when the text can be stored; else the reason, as the end of a sentence. */
export function unstorable(text: string): string | undefined {
  const nul = text.indexOf('\0');
  if (nul !== -1) return `contains the NUL character U+0000 at position ${nul}; remove it`;
  if (!text.isWellFormed()) return 'contains half of a surrogate pair; send valid Unicode';
  return undefined;
}
