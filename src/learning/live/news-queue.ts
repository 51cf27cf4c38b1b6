/** What one subscriber has still to be told: bounded, the oldest goes first, progress of one training only as it is now. */
import { DEFAULT_TENANT, tenantOfKind } from '../../lifecycle/role.js';
import type { LearningNews } from '../learning.js';

const WAITING_MAX = 256;

export class NewsQueue {
  readonly #tenant: string;
  #waiting: LearningNews[] = [];
  #wake: () => void = () => undefined;

  /** Of one tenant: news of others are not for it. */
  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  add(news: LearningNews): void {
    if (tenantOf(news) !== this.#tenant) return;
    const last = this.#waiting.at(-1);
    const replaces =
      news.kind === 'progress' && last?.kind === 'progress' && last.training.id === news.training.id;
    if (replaces || this.#waiting.length >= WAITING_MAX) this.#waiting.splice(replaces ? -1 : 0, 1);
    this.#waiting.push(news);
    this.#wake();
  }

  async *read(signal: AbortSignal): AsyncGenerator<readonly LearningNews[]> {
    const wake = (): void => this.#wake();
    signal.addEventListener('abort', wake, { once: true });
    try {
      while (!signal.aborted) {
        if (this.#waiting.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
        if (signal.aborted || this.#waiting.length === 0) continue;
        yield this.#waiting.splice(0);
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }
}

export function tenantOf(news: LearningNews): string {
  switch (news.kind) {
    case 'progress':
      return news.training.tenant ?? DEFAULT_TENANT;
    case 'trained':
      return news.run.tenant ?? DEFAULT_TENANT;
    case 'scored':
      return tenantOfKind(news.prediction.typeKey);
  }
}
