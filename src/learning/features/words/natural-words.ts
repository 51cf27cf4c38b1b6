/**
 * The only place that knows the package `natural`: its stemmers and its TF-IDF, loaded at first use, file by file. Its index
 * would load dotenv, mongoose and a dictionary with it (364 ms and 120 MB; these three files and what they need: 6 MB) and write advertising to
 * stdout. The package declares no types for these files, so they stand here.
 */
import { createRequire } from 'node:module';

export interface Stemmer {
  stem(word: string): string;
}

/** Of documents that are lists of stems. */
export interface TfIdf {
  addDocument(stems: readonly string[]): void;
  /** 1 + ln(documents / (1 + documents that have the term)). Linear in the documents at first, then remembered. */
  idf(term: string): number;
}

interface Natural {
  readonly english: Stemmer;
  readonly portuguese: Stemmer;
  readonly TfIdf: new () => TfIdf;
}

let loaded: Natural | undefined;

export function natural(): Natural {
  if (loaded !== undefined) return loaded;
  const load = createRequire(import.meta.url);
  const at = 'natural/lib/natural';
  loaded = {
    english: load(`${at}/stemmers/porter_stemmer.js`) as Stemmer,
    portuguese: load(`${at}/stemmers/porter_stemmer_pt.js`) as Stemmer,
    TfIdf: load(`${at}/tfidf/tfidf.js`) as Natural['TfIdf'],
  };
  return loaded;
}
