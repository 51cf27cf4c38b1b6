/** A planted bug: what it does, and which words of the real source are other words in it. */

export interface Edit {
  /** Below `src/`. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly write: string;
}

export interface Plant {
  readonly name: string;
  /** What a developer might have done. */
  readonly what: string;
  /** Only in histories of this kind is there anything to find. */
  readonly within?: 'nodes' | 'peers';
  /** The first seed that finds it; when the simulation has changed and it no longer does, the test names the one that does. */
  readonly foundBy: number;
  readonly edits: readonly Edit[];
}
