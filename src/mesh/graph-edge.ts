/**
 * One dependency of a graph, as it goes in and comes out. Called by everyone who builds or reads a `Graph`;
 * inside, edges live in typed arrays and these objects are made on demand.
 */
import type { EdgeType } from './edge-type.js';

export interface GraphEdge {
  readonly source: number;
  readonly target: number;
  readonly type: EdgeType;
  /** Seconds of moving from source to target when they run in different places; finite, not negative. */
  readonly weight: number;
}
