/**
 * Text from outside (names, messages, log lines) made harmless for a terminal, and measured in its columns. Called
 * wherever such text is printed; nothing else of a log may reach the terminal.
 */
import { escapeInvisible } from '../../orchestrator/definition/check/show-value.js';

/** Colours that programs print are dropped; every other control sequence is shown as what it is. */
const colours = /\u001b\[[0-9;:]*m/g;

export function plainText(text: string): string {
  return escapeInvisible(text.replace(colours, '').replace(/\t/g, '    '));
}

/** East Asian wide and emoji, as terminals draw them (Unicode 15, UAX 11, coarse). */
function isWide(point: number): boolean {
  if (point < 0x1100) return false;
  return (
    point <= 0x115f ||
    (point >= 0x2e80 && point <= 0xa4cf) ||
    (point >= 0xac00 && point <= 0xd7a3) ||
    (point >= 0xf900 && point <= 0xfaff) ||
    (point >= 0xfe30 && point <= 0xfe6f) ||
    (point >= 0xff00 && point <= 0xff60) ||
    (point >= 0xffe0 && point <= 0xffe6) ||
    (point >= 0x1f300 && point <= 0x1faff) ||
    (point >= 0x20000 && point <= 0x3fffd)
  );
}

function widthOf(character: string): number {
  if (/\p{M}/u.test(character)) return 0;
  return isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
}

/** Columns of text that has no control characters. */
export function columnsOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += widthOf(character);
  return columns;
}

/** At most `columns` wide, the cut marked with an ellipsis. */
export function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  if (columns <= 1) return columns === 1 ? '…' : '';
  let kept = '';
  let used = 0;
  for (const character of text) {
    const width = widthOf(character);
    if (used + width > columns - 1) break;
    kept += character;
    used += width;
  }
  return `${kept}…`;
}

/** Exactly `columns` wide. */
export function fit(text: string, columns: number): string {
  const short = cut(text, columns);
  return short + ' '.repeat(Math.max(0, columns - columnsOf(short)));
}
