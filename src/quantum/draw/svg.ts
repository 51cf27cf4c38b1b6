/** What every SVG of this folder shares: escaping, numbers, colours. Text on the fills has a contrast of at least 7 to 1. */
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** For text and attributes of XML 1.0; what XML cannot hold becomes a replacement character. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\uFFFE\uFFFF]|[\p{Cs}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

export function decimal(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export const INK = '#0f172a';
export const LINE = '#475569';

export function svgDocument(
  size: { width: number; height: number },
  title: string,
  parts: readonly string[],
): string {
  const [width, height] = [decimal(size.width), decimal(size.height)];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>text{font:13px system-ui,sans-serif;fill:${INK};text-anchor:middle}.left{text-anchor:start}.right{text-anchor:end}.small{font-size:10px}</style>`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}
