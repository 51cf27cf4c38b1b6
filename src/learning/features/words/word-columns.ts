/**
 * Columns of what is written about a task: TF-IDF of its stems, folded by a hash into a fixed number of columns with signs
 * (Weinberger et al., arXiv:0902.2206), of length 1. New words need no new column; two that meet in one cancel as often as
 * they add. How rare a stem is comes from the latest distinct texts, counted anew at certain numbers of them only, so that a
 * column keeps its meaning for a while.
 */
import type { Json } from '../../../kit/json.js';
import { BoundedMap } from '../../bounded-map.js';
import type { PlaceView, TaskView } from '../../view.js';
import type { FeatureSource } from '../feature-source.js';
import { natural } from './natural-words.js';
import type { TfIdf } from './natural-words.js';
import { stemsOf } from './stems.js';

const WIDTH = 16;
/** Distinct texts that say how rare a stem is: the latest ones. */
const TEXTS_MAX = 512;
/** New texts until they are counted anew, once there are many; before, at every doubling. */
const NEW_TEXTS = 128;
/** Texts whose columns are remembered, as the same ones come again and again. */
const REMEMBERED_MAX = 4096;

export class WordColumns implements FeatureSource {
  readonly name = 'words';
  readonly columns = [...Array.from({ length: WIDTH }, (_, i) => `word${i}`), 'wordsPortuguese'];
  /** By their stems. */
  readonly #texts = new BoundedMap<readonly string[]>(TEXTS_MAX);
  /** Of the texts as they were when last counted. */
  #counted: readonly (readonly string[])[] = [];
  #sinceCounted = 0;
  #rarity: TfIdf | undefined;
  readonly #remembered = new BoundedMap<Float64Array>(REMEMBERED_MAX);

  write(task: TaskView, _place: PlaceView, into: Float64Array, at: number): void {
    into.set(this.#columnsOf(task.words), at);
  }

  learn(task: TaskView): void {
    if (task.words === '') return;
    const { stems } = stemsOf(task.words);
    const key = stems.join(' ');
    if (key === '' || this.#texts.get(key) !== undefined) return;
    this.#texts.set(key, stems);
    this.#sinceCounted += 1;
    if (this.#sinceCounted >= Math.min(NEW_TEXTS, this.#counted.length)) this.#count();
  }

  snapshot(): Json {
    const counted = this.#counted.map((stems) => stems.join(' '));
    return { texts: [...this.#texts.entries()].map(([key]) => key), counted, since: this.#sinceCounted };
  }

  restore(state: Json): void {
    const { texts, counted, since } = state as unknown as {
      texts: string[];
      counted: string[];
      since: number;
    };
    this.#texts.clear();
    for (const text of texts) this.#texts.set(text, text.split(' '));
    this.#weigh(counted.map((text) => text.split(' ')));
    this.#sinceCounted = since;
  }

  #count(): void {
    this.#weigh([...this.#texts.values()]);
    this.#sinceCounted = 0;
  }

  #weigh(texts: readonly (readonly string[])[]): void {
    this.#counted = texts;
    this.#remembered.clear();
    this.#rarity = texts.length === 0 ? undefined : new (natural().TfIdf)();
    for (const stems of texts) this.#rarity?.addDocument(stems);
  }

  #columnsOf(text: string): Float64Array {
    const known = this.#remembered.get(text);
    if (known !== undefined) return known;
    const made = this.#make(text);
    this.#remembered.set(text, made);
    return made;
  }

  #make(text: string): Float64Array {
    const row = new Float64Array(WIDTH + 1);
    if (text === '') return row;
    const { language, stems } = stemsOf(text);
    for (const stem of stems) {
      const hash = hashOf(stem);
      const sign = (hash >>> 31) * 2 - 1;
      // A stem in nearly every text has a rarity near or below 0 and says nothing.
      row[hash % WIDTH] = (row[hash % WIDTH] as number) + sign * Math.max(0, this.#rarity?.idf(stem) ?? 1);
    }
    const length = Math.hypot(...row);
    if (length > 0) for (let i = 0; i < WIDTH; i++) row[i] = (row[i] as number) / length;
    row[WIDTH] = language === 'PORTUGUESE' ? 1 : 0;
    return row;
  }
}

/** FNV-1a, its bits mixed once more: the lowest ones choose the column. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
