/**
 * Stems of Portuguese words whose accents were taken off. The stemmer of `natural` knows most endings with their accents
 * only, and misses others with or without ("execução" becomes "execuçã", "executados" becomes "execut"): the endings here go
 * first, and the stemmer does the rest.
 */
import { natural } from './natural-words.js';

/** Ending, what takes its place, and how much of the word has to be left before it. Longer endings stand first. */
const ENDINGS: readonly (readonly [ending: string, instead: string, leftMin: number])[] = [
  ['cucoes', 'cut', 2],
  ['cucao', 'cut', 2],
  ['ducoes', 'duz', 2],
  ['ducao', 'duz', 2],
  ['buicoes', 'bu', 2],
  ['buicao', 'bu', 2],
  ['versoes', 'vert', 2],
  ['versao', 'vert', 2],
  ['acoes', '', 3],
  ['acao', '', 3],
  ['icoes', '', 3],
  ['icao', '', 3],
  ['coes', 'c', 2],
  ['cao', 'c', 2],
  ['soes', 's', 3],
  ['sao', 's', 3],
  ['aveis', '', 3],
  ['avel', '', 3],
  ['iveis', '', 3],
  ['ivel', '', 3],
  ['encias', '', 4],
  ['encia', '', 4],
  ['ancias', '', 4],
  ['ancia', '', 4],
  ['idades', '', 4],
  ['idade', '', 4],
  ['idores', '', 4],
  ['idor', '', 4],
  ['agens', 'ag', 2],
  ['agem', 'ag', 2],
  ['tores', 't', 4],
  ['tora', 't', 4],
  ['tor', 't', 4],
];

/** Of one word in small letters without accents. */
export function portugueseStem(word: string): string {
  for (const [ending, instead, leftMin] of ENDINGS)
    if (word.length >= ending.length + leftMin && word.endsWith(ending))
      return word.slice(0, -ending.length) + instead;
  return natural().portuguese.stem(word);
}
