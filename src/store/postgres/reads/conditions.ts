/**
 * The WHERE clause of a page or count under construction: conditions and their numbered parameters. Values never become
 * part of the text.
 *
 * Such statements are sent unnamed on purpose: planned for the values at hand, they can use partial indexes (open tasks,
 * failed tasks) that a prepared, generic plan could not.
 */
export class Conditions {
  readonly values: unknown[] = [];
  readonly #all: string[] = [];

  /** `value` is bound where the text says `?`. */
  add(text: string, value?: unknown): void {
    if (value === undefined) return void this.#all.push(text);
    const placeholder = this.bind(value);
    this.#all.push(text.replaceAll('?', () => placeholder));
  }

  /** As `add`, unless the filter leaves the field out. */
  addIf(value: unknown, text: string): void {
    if (value !== undefined && value !== null) this.add(text, value);
  }

  /** The placeholder of the value. */
  bind(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  get where(): string {
    return this.#all.length === 0 ? '' : `WHERE ${this.#all.join(' AND ')}`;
  }
}
