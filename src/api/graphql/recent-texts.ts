/**
 * What is known of texts, for as many of them as together have so many characters; who was asked for least lately goes first.
 * Used by the gate. Each call is O(1), and O(texts that go) where one comes.
 */
export class RecentTexts<T> {
  readonly #charsMax: number;
  readonly #known = new Map<string, T>();
  #chars = 0;

  constructor(charsMax: number) {
    this.#charsMax = charsMax;
  }

  get(text: string): T | undefined {
    const known = this.#known.get(text);
    if (known === undefined) return undefined;
    this.#known.delete(text);
    this.#known.set(text, known);
    return known;
  }

  set(text: string, value: T): void {
    if (!this.#known.delete(text)) this.#chars += text.length;
    this.#known.set(text, value);
    for (const oldest of this.#known.keys()) {
      if (this.#chars <= this.#charsMax) return;
      this.#known.delete(oldest);
      this.#chars -= oldest.length;
    }
  }
}
