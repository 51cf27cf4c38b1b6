/** A mesh drawn in place on a terminal, ten times a second at most. Made by `viewFor`. */
import type { Style } from '../output/style.js';
import type { Output } from '../shell.js';
import { frame } from './frame.js';
import type { MeshState } from './mesh-state.js';
import { Screen } from './screen.js';
import type { View } from './view.js';

const FRAME_MS = 100;

export class LiveView implements View {
  readonly #screen: Screen;
  #state: MeshState | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly output: Output,
    private readonly style: Style,
  ) {
    this.#screen = new Screen(output);
  }

  started(state: MeshState): void {
    this.#state = state;
    this.#draw();
    this.#timer = setInterval(() => this.#draw(), FRAME_MS);
  }

  /** Seen with the next frame. */
  changed(): void {}

  said(): void {}

  connection(lost: boolean): void {
    if (this.#state !== undefined) this.#state.lost = lost;
  }

  finished(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#draw();
    this.#screen.close();
  }

  #draw(): void {
    if (this.#state === undefined) return;
    const size = { columns: this.output.columns ?? 80, rows: this.output.rows ?? 24 };
    this.#screen.draw(frame(this.#state, size, this.style, Date.now()));
  }
}
