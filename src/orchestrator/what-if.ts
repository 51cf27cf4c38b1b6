/** The face of what-if simulation: a checked mesh run on the same ordering code with a virtual clock, touching nothing. */
import type { LayerName } from '../lifecycle/vocabulary.js';
import type { CheckedMesh } from './definition/mesh-input.js';

export interface WhatIfOptions {
  /** Slots per layer; absent: the layers as they are now. */
  readonly layers?: readonly { readonly name: LayerName; readonly slots: number }[];
  /** Cap over all layers together; absent: none. */
  readonly concurrency?: number;
}

export interface SimulatedTask {
  readonly key: string;
  readonly layer: LayerName;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

export interface WhatIfResult {
  readonly makespanSeconds: number;
  readonly criticalPath: { readonly keys: readonly string[]; readonly seconds: number };
  readonly layers: readonly {
    readonly layer: LayerName;
    readonly slots: number;
    readonly busySeconds: number;
    /** 0..1 of slots × makespan. */
    readonly utilisation: number;
  }[];
  readonly tasks: readonly SimulatedTask[];
  /** Tasks whose duration nobody knows; they were simulated with `assumedSeconds`. */
  readonly unknown: number;
  readonly assumedSeconds: number;
}

export interface WhatIf {
  /** As a mesh of that tenant. */
  simulate(mesh: CheckedMesh, options: WhatIfOptions & { readonly tenant: string }): Promise<WhatIfResult>;
  /** A mesh that exists, all of it from the start; undefined when there is none with this id. */
  simulateAgain(meshId: string, options: WhatIfOptions): Promise<WhatIfResult | undefined>;
}
