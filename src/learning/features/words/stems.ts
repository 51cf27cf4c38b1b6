/**
 * From a text to its stems: names, commands and descriptions of tasks in English or Portuguese, with or without accents.
 * `processed_files`, `ProcessFiles` and `process the files` come to the same. Called for the columns of words, and by whoever
 * looks for similar texts.
 */
import { BoundedMap } from '../../bounded-map.js';
import { englishStops, languageOf, portugueseStops } from './language.js';
import type { Language } from './language.js';
import { natural } from './natural-words.js';
import { portugueseStem } from './portuguese.js';

/** A command may hold a program of its own; what comes behind adds nothing. */
const TEXT_MAX = 2000;
const WORDS_MAX = 100;
/** The stemmers take 30 µs to 60 µs a word. */
const REMEMBERED_MAX = 10_000;

const remembered = {
  ENGLISH: new BoundedMap<string>(REMEMBERED_MAX),
  PORTUGUESE: new BoundedMap<string>(REMEMBERED_MAX),
} as const;

export interface Stems {
  readonly language: Language;
  /** In the order of the text, as often as they are in it; small words left out. */
  readonly stems: readonly string[];
}

/** In small letters, without accents and numbers; of one letter: none. `readCsvFile` and `HTTPServer` are several. */
function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])(?=[A-Z][a-z])/g, '$1 ')
    .toLowerCase();
  return (plain.match(/[a-z]+/g) ?? []).slice(0, WORDS_MAX);
}

function stemOf(word: string, language: Language): string {
  const known = remembered[language].get(word);
  if (known !== undefined) return known;
  const stem = language === 'ENGLISH' ? natural().english.stem(word) : portugueseStem(word);
  remembered[language].set(word, stem);
  return stem;
}

export function stemsOf(text: string): Stems {
  const short = text.slice(0, TEXT_MAX).normalize('NFC');
  const words = wordsOf(short);
  const language = languageOf(short, words);
  const stops = language === 'ENGLISH' ? englishStops : portugueseStops;
  const telling = words.filter((word) => word.length > 1 && !stops.has(word));
  return { language, stems: telling.map((word) => stemOf(word, language)) };
}
