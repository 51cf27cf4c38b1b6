/**
 * What a user asks for, in names instead of ids, so that the model and the real system carry out the same value: `m2` is
 * the second mesh that was made, `m2/t1` its task t1, `default` the default mesh. Printed in the story of a failing run.
 */
import type { EdgeType } from '../../../src/mesh/edge-type.js';
import type { Priority, RerunStrategy } from '../../../src/lifecycle/vocabulary.js';

export const DEFAULT = 'default';

/** Concurrency keys by name, with their limits. */
export const LIMITS = { k1: 1, k2: 2 } as const;
export type LimitName = keyof typeof LIMITS;

export interface TaskWish {
  readonly key: string;
  readonly name: string;
  readonly milestone: boolean;
  readonly hold: boolean;
  /** Not before an hour from now. */
  readonly later: boolean;
  readonly maxAttempts: number;
  readonly limit: LimitName | null;
  readonly priority: Priority;
}

/** Keys within the mesh. */
export interface EdgeWish {
  readonly source: string;
  readonly target: string;
  readonly type: EdgeType;
}

export type Change = Partial<Omit<TaskWish, 'key' | 'hold'>>;

export type TaskVerb = 'cancelTask' | 'holdTask' | 'releaseTask' | 'executeTask' | 'retryTask' | 'deleteTask';
export type MeshVerb = 'cancelMesh' | 'pauseMesh' | 'resumeMesh';

interface Content {
  readonly tasks: readonly TaskWish[];
  readonly edges: readonly EdgeWish[];
  /** Idempotency key. */
  readonly once: string | null;
}

export type Submission = Content & { readonly kind: 'submitMesh' };
export type Extension = Content & { readonly kind: 'extendMesh' | 'createTask'; readonly mesh: string };
export type Rerun = {
  readonly kind: 'rerunMesh';
  readonly mesh: string;
  readonly strategy: RerunStrategy;
  readonly from: string | null;
};

export type Request =
  | Submission
  | Extension
  | Rerun
  | { readonly kind: 'updateTask'; readonly task: string; readonly change: Change }
  | { readonly kind: 'addEdge'; readonly source: string; readonly target: string; readonly type: EdgeType }
  | { readonly kind: 'removeEdge'; readonly source: string; readonly target: string }
  | { readonly kind: TaskVerb; readonly task: string }
  | { readonly kind: MeshVerb; readonly mesh: string };

/** What a request made: a new mesh, or tasks in the order of the request. */
export interface Made<T = string> {
  readonly mesh: T | null;
  readonly tasks: readonly T[];
}

export const NOTHING: Made = { mesh: null, tasks: [] };

export function inWords(request: Request): string {
  switch (request.kind) {
    case 'submitMesh':
      return `submitMesh ${contentInWords(request)}`;
    case 'extendMesh':
    case 'createTask':
      return `${request.kind} in ${request.mesh}: ${contentInWords(request)}`;
    case 'rerunMesh':
      return `rerunMesh ${request.mesh} ${request.strategy}${request.from === null ? '' : ` ${request.from}`}`;
    case 'updateTask':
      return `updateTask ${request.task} ${JSON.stringify(request.change)}`;
    case 'addEdge':
      return `addEdge ${request.source} -${request.type}-> ${request.target}`;
    case 'removeEdge':
      return `removeEdge ${request.source} -> ${request.target}`;
    default:
      return `${request.kind} ${'task' in request ? request.task : request.mesh}`;
  }
}

function contentInWords({ tasks, edges, once }: Content): string {
  const wishes = tasks.map((task) => {
    const { key, milestone, hold, later, maxAttempts, limit } = task;
    const notes = [
      milestone ? 'milestone' : '',
      hold ? 'hold' : '',
      later ? 'later' : '',
      maxAttempts > 1 ? `${maxAttempts} attempts` : '',
      limit ?? '',
    ];
    const said = notes.filter((note) => note !== '').join(', ');
    return said === '' ? key : `${key} (${said})`;
  });
  const arrows = edges.map(({ source, target, type }) => `${source} -${type}-> ${target}`);
  return [...wishes, ...arrows, ...(once === null ? [] : [`idempotency key ${once}`])].join('; ');
}
