/** The graphs of the bench as meshes of the API. Tasks are called `t0`, `t1`, …, which the probe relies on. */
import type { Graph } from '../graphs.js';
import type { Product } from './product.js';

const SUBMIT = 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';

const FIRST_TASK = 'query ($id: ID!) { mesh(id: $id) { tasks(first: 1) { nodes { id } } } }';
const RELEASE = 'mutation ($id: ID!) { releaseTask(id: $id) { id } }';

/** What a task does: nothing that takes time, but all that belongs to an attempt; or no attempt at all. */
export type Work =
  | { readonly wait: { readonly durationMs: number } }
  | { readonly command: { readonly argv: readonly string[] } }
  | { readonly http: { readonly url: string } }
  | null;

export const NO_WAIT: Work = { wait: { durationMs: 0 } };
export const MILESTONE: Work = null;
/** A process that ends at once. */
export const COMMAND: Work = { command: { argv: ['true'] } };

export interface MeshOptions {
  readonly work?: Work;
  /** The number of the first task. */
  readonly from?: number;
  /** Merged into the tasks without parents. */
  readonly roots?: object;
}

export function tasksOf(
  { parents }: Graph,
  { work = NO_WAIT, from = 0, roots = {} }: MeshOptions = {},
): object[] {
  return parents.map((sources, task) => ({
    key: `t${from + task}`,
    work,
    ...(sources.length === 0
      ? roots
      : { dependsOn: sources.map((source) => ({ task: `t${from + source}` })) }),
  }));
}

/** Answers the id of the mesh, after the commit that states it. */
export async function submit(product: Product, tasks: readonly object[]): Promise<string> {
  const answer = await product.graphql<{ submitMesh: { id: string } }>(SUBMIT, {
    input: { name: 'bench', tasks },
  });
  return answer.submitMesh.id;
}

/** Lets the first task of a mesh go, which was submitted as held. */
export async function releaseFirst(product: Product, meshId: string): Promise<void> {
  const { mesh } = await product.graphql<{ mesh: { tasks: { nodes: readonly [{ id: string }] } } }>(
    FIRST_TASK,
    {
      id: meshId,
    },
  );
  await product.graphql(RELEASE, { id: mesh.tasks.nodes[0].id });
}
