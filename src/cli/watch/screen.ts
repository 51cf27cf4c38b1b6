/**
 * The part of a terminal that is drawn over and over: the last lines. Called by `live-view.ts`. It leaves the cursor
 * below what it drew, visible, whatever happens.
 */
import type { Output } from '../shell.js';

export class Screen {
  #drawn = 0;
  #hidden = false;

  constructor(private readonly output: Output) {}

  /** Lines must fit the width: one that wraps would take two rows, and the next picture would climb too low. */
  draw(lines: readonly string[]): void {
    const hide = this.#hidden ? '' : '\u001b[?25l';
    const up = this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A`;
    this.output.write(`${hide}${up}\r${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`);
    this.#hidden = true;
    this.#drawn = lines.length;
  }

  close(): void {
    if (this.#hidden) this.output.write('\u001b[?25h');
    this.#hidden = false;
    this.#drawn = 0;
  }
}
