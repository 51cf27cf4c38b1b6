/** How many WebSockets each identity has open, and the limit of that. The WebSocket door enters each when it is let in. */
export class SocketPlaces {
  readonly #max: number;
  readonly #open = new Map<string, number>();

  constructor(max: number) {
    this.#max = max;
  }

  /** False when all places are taken. */
  enter(identity: string): boolean {
    const open = this.#open.get(identity) ?? 0;
    if (open >= this.#max) return false;
    this.#open.set(identity, open + 1);
    return true;
  }

  leave(identity: string): void {
    const open = (this.#open.get(identity) ?? 1) - 1;
    if (open === 0) this.#open.delete(identity);
    else this.#open.set(identity, open);
  }
}
