/**
 * Which meshes make an episode: those that began while another of them ran, up to eight. An episode is over when all of them have
 * ended; who comes after it is full begins the next. A value.
 */
import type { BeganMesh } from './together.js';

const MESHES_MAX = 8;

interface Episode {
  readonly members: string[];
  readonly running: Set<string>;
}

export class Episodes {
  #latest: Episode | undefined;
  readonly #of = new Map<string, Episode>();

  clear(): void {
    this.#latest = undefined;
    this.#of.clear();
  }

  begun({ meshId }: BeganMesh): void {
    const latest = this.#latest;
    const isOver = latest === undefined || latest.running.size === 0 || latest.members.length >= MESHES_MAX;
    const episode = isOver ? { members: [], running: new Set<string>() } : latest;
    this.#latest = episode;
    episode.members.push(meshId);
    episode.running.add(meshId);
    this.#of.set(meshId, episode);
  }

  /** All meshes of the episode that is over with it. */
  ended(meshId: string): readonly string[] | undefined {
    const episode = this.#of.get(meshId);
    if (episode === undefined) return undefined;
    this.#of.delete(meshId);
    episode.running.delete(meshId);
    if (episode.running.size > 0) return undefined;
    if (this.#latest === episode) this.#latest = undefined;
    return episode.members;
  }
}
