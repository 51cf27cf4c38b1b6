/**
 * The four kinds of dependency. `DESIGN.md` section 1 says what each means for the lifecycle;
 * here they only differ in whether the target waits for the source.
 */

export const EDGE_TYPES = ['HARD', 'SOFT', 'DATA', 'RESOURCE'] as const;

export type EdgeType = (typeof EDGE_TYPES)[number];

/** RESOURCE only keeps two tasks from running together: its target waits for no outcome. */
export function waitsForSource(type: EdgeType): boolean {
  return type !== 'RESOURCE';
}
