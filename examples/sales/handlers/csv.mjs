/** Reads a CSV file (RFC 4180) of the sales example as records. Used by the handlers that start the pipeline. */
import { readFile } from 'node:fs/promises';

function cells(line) {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
  );
}

export async function readCsv(file) {
  const text = await readFile(new URL(`../files/${file}`, import.meta.url), 'utf8');
  const [head, ...lines] = text.trim().split(/\r?\n/);
  const names = cells(head);
  return lines.map((line) => Object.fromEntries(cells(line).map((cell, at) => [names[at], cell])));
}
