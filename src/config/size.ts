/**
 * Sizes in bytes as people write them: "256KB", "10 MiB", "1048576". Called by the key kinds and by the printing of a
 * configuration. KB and KiB both mean 1,024 bytes, as in PostgreSQL and in the body limits of Node's web servers:
 * somebody who writes "1MB" must not have a payload of 1,048,576 bytes refused.
 */
const units: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Bytes, or undefined where the text is not a size or not a whole number of bytes. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([kmg])i?b|(b?))$/i.exec(text.trim());
  if (match === null) return undefined;
  const bytes = Number(match[1]) * (units[(match[2] ?? match[3] ?? '').toLowerCase()] ?? Number.NaN);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The largest unit that leaves a whole number: 262144 is "256KB", 1000 is "1000B". */
export function formatSize(bytes: number): string {
  for (const [unit, name] of [
    ['g', 'GB'],
    ['m', 'MB'],
    ['k', 'KB'],
  ] as const) {
    const inUnit = bytes / (units[unit] ?? 1);
    if (inUnit >= 1 && Number.isInteger(inUnit)) return `${inUnit}${name}`;
  }
  return `${bytes}B`;
}
