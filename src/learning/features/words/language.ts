/**
 * Which of two languages a short text is in, so that its words are stemmed by that one's rules. Names of tasks are too short
 * for statistics of letters; what tells them apart are small words, accents, and how words end. English where nothing speaks
 * for Portuguese.
 */
export type Language = 'ENGLISH' | 'PORTUGUESE';

const accent = /[ãõçáéíóúâêôà]/;

export const portugueseStops: ReadonlySet<string> = new Set(
  (
    'de da do das dos na no nas nos em um uma uns umas para por pelo pela com sem que se ao aos ou os as e o a ' +
    'mais como quando cada todo toda todos todas seu sua este esta isso foi ser nao apos ate entre sobre'
  ).split(' '),
);
export const englishStops: ReadonlySet<string> = new Set(
  (
    'the of and to in on for with from by at is are be was were this that these those it its an a or as into each ' +
    'all every when after before if then not no up out over per via'
  ).split(' '),
);

/** Words of the trade that end as Portuguese ones do and are in texts of both. */
const neutral: ReadonlySet<string> = new Set(
  'api alpha beta delta data schema media meta video photo info repo demo java scala kafka lambda quota area extra sigma'.split(
    ' ',
  ),
);

/** Endings and how much they speak for a language; the first that fits counts. */
const portugueseEndings: readonly (readonly [RegExp, number])[] = [
  [/(cao|coes|soes|mento|mentos|dade|dades|agem|agens|encia|encias|avel|aveis|ivel|iveis)$/, 2],
  [/(ando|endo|indo|ados|adas|ado|ada|idos|idas|orio|orios|ario|arios|nho|nha|lho|lha|lhos|lhas)$/, 1.5],
  [/(ar|ir|os|as|oes|ais|eis|eus|res)$/, 0.6],
  [/[ao]$/, 0.6],
];
const englishEndings: readonly (readonly [RegExp, number])[] = [
  [/(tion|tions|ing|ings|ness|ship|ally|able|ful|ght|sh)$/, 2],
  [/(ed|ly|ty|er|ers|ck|ss|ch|th|ry|ce|ge|ue|ies|ts|ds|ks|ps|ws|ns)$/, 1],
  [/[bcdfgjkpqtvwxyh]$/, 0.8],
  [/[^aeiou]{3}e?$/, 0.5],
  [/(e|s|n|l)$/, 0.2],
];

function weightOf(word: string, endings: readonly (readonly [RegExp, number])[]): number {
  return endings.find(([ending]) => ending.test(word))?.[1] ?? 0;
}

/** `words`: of the text, in small letters and without accents. */
export function languageOf(text: string, words: readonly string[]): Language {
  let portuguese = accent.test(text.toLowerCase()) ? 2 : 0;
  let english = 0;
  for (const word of words) {
    const [inPortuguese, inEnglish] = [portugueseStops.has(word), englishStops.has(word)];
    if (inPortuguese !== inEnglish) {
      if (inPortuguese) portuguese += 1.5;
      else english += 1.5;
    } else if (word.length >= 3 && !neutral.has(word)) {
      portuguese += weightOf(word, portugueseEndings);
      english += weightOf(word, englishEndings);
    }
  }
  return portuguese > english ? 'PORTUGUESE' : 'ENGLISH';
}
