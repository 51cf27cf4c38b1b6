/** How many statements a query costs on real PostgreSQL: at most one per edge between nouns, however many tasks. */
import type { GraphQLSchema } from 'graphql';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApiSchema } from '../../src/api/graphql/build-schema.js';
import { SchemaDoor } from '../../src/api/graphql/graphql-door.js';
import { DEFAULT_LIMITS } from '../../src/api/limits.js';
import { openReadsDatabase, type ReadsDatabase } from '../support/reads-database.js';
import { uuid } from '../support/store/rows.js';
import { SmallWorld } from './graphql-history.js';
import { facesOf } from './graphql-server.js';
import { OWNER } from '../support/identity/viewers.js';

const MESHES = 4;
const TASKS = 120;

let database: ReadsDatabase;
let door: SchemaDoor;
let schema: GraphQLSchema;

beforeAll(async () => {
  database = await openReadsDatabase();
  const { rows, reads } = database;
  for (let m = 0; m < MESHES; m++) await rows.mesh({ id: uuid(m), name: `mesh ${m}` });
  for (let n = 0; n < TASKS; n++) {
    await rows.task({
      id: uuid(1000 + n),
      meshId: uuid(n % MESHES),
      key: `t${n}`,
      ordinal: n,
      status: 'COMPLETED',
      output: n,
    });
    if (n >= MESHES)
      await rows.edge({
        meshId: uuid(n % MESHES),
        sourceId: uuid(1000 + n - MESHES),
        targetId: uuid(1000 + n),
      });
  }
  schema = await buildApiSchema({ ...facesOf(new SmallWorld()), reads });
  const log = { error: () => undefined };
  door = new SchemaDoor({ schema, reads, limits: DEFAULT_LIMITS, subscriptionsMax: 1, log });
});
afterAll(() => database.close());

async function ask(query: string): Promise<{ data: Record<string, unknown>; statements: readonly string[] }> {
  let data: unknown;
  const statements = await database.statementsOf(async () => {
    const viewer = OWNER;
    const result = await door.execute({ document: parse(query), viewer, requestId: 'r' });
    expect(result.errors).toBeUndefined();
    data = result.data;
  });
  return { data: data as Record<string, unknown>, statements };
}

describe('a hundred tasks', () => {
  it('with mesh, edges, attempts and layer cost one statement for each', async () => {
    const { data, statements } = await ask(
      '{ tasks(first: 100) { nodes { key mesh { name } edgesOut { type } attempts { attempt } layer { name } } } }',
    );
    expect((data.tasks as { nodes: unknown[] }).nodes).toHaveLength(100);
    expect(statements).toHaveLength(4);
  });

  it('with both kinds of edges, the tasks at their ends, outputs and the total cost seven', async () => {
    const { statements } = await ask(
      '{ tasks(first: 100) { nodes { output edgesIn { source { key } } edgesOut { target { key mesh { name } } } dependencies { key } dependents { key } } totalCount } }',
    );
    expect(statements.length).toBeLessThanOrEqual(7);
  });

  it('of several meshes cost one statement for all meshes', async () => {
    const { data, statements } = await ask(
      '{ meshes { nodes { name counts { completed } tasks(first: 25) { nodes { key } totalCount pageInfo { hasNextPage } } } } }',
    );
    const meshes = (data.meshes as { nodes: { tasks: { nodes: unknown[]; totalCount: number } }[] }).nodes;
    expect(meshes.filter(({ tasks }) => tasks.nodes.length === 25 && tasks.totalCount === 30)).toHaveLength(
      MESHES,
    );
    expect(statements).toHaveLength(3);
  });
});

describe('the tasks of a mesh', () => {
  it('are paged through in the order of their creation', async () => {
    const keys: string[] = [];
    for (let after = ''; ; ) {
      const { data } = await ask(
        `{ mesh(id: "${uuid(1)}") { tasks(first: 7${after}) { nodes { key } pageInfo { endCursor hasNextPage } } } }`,
      );
      const { nodes, pageInfo } = (
        data.mesh as {
          tasks: { nodes: { key: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
        }
      ).tasks;
      keys.push(...nodes.map(({ key }) => key));
      if (!pageInfo.hasNextPage) break;
      after = `, after: "${pageInfo.endCursor}"`;
    }
    expect(keys).toEqual(Array.from({ length: 30 }, (_, n) => `t${n * 4 + 1}`));
  });

  it('of several meshes have cursors that go on where they end', async () => {
    const { data } = await ask(
      '{ meshes { nodes { id tasks(first: 3) { pageInfo { endCursor } edges { cursor node { key } } } } } }',
    );
    const { nodes } = data.meshes as {
      nodes: { id: string; tasks: { pageInfo: { endCursor: string }; edges: { node: { key: string } }[] } }[];
    };
    const mesh = nodes.find(({ id }) => id === uuid(2));
    expect(mesh?.tasks.edges.map(({ node }) => node.key)).toEqual(['t2', 't6', 't10']);
    const { data: next } = await ask(
      `{ mesh(id: "${uuid(2)}") { tasks(first: 1, after: "${mesh?.tasks.pageInfo.endCursor}") { nodes { key } } } }`,
    );
    expect(next.mesh).toEqual({ tasks: { nodes: [{ key: 't14' }] } });
  });
});

const BRIEF = 'id meshId key name description status priority taskType tags metadata createdAt';

describe('a page that shows little', () => {
  const first = 'first: 7, orderBy: { field: NAME, direction: ASC }';

  it('reads little, in whatever way it is asked, and has the same in it', async () => {
    const whole = await ask(`{ tasks(${first}) { nodes { ${BRIEF} attempt } } }`);
    expect(whole.statements[0]).toContain('task_state.attempt');
    const nodes = (whole.data.tasks as { nodes: { attempt: number }[] }).nodes.map(
      ({ attempt: _, ...shown }) => shown,
    );
    expect(nodes).toHaveLength(7);
    for (const selection of [
      `nodes { __typename ${BRIEF} }`,
      'nodes { ...F }',
      `... on TaskConnection { nodes { ... { ${BRIEF} } } }`,
      `edges { cursor node { ${BRIEF} } }`,
    ]) {
      const fragment = selection.includes('...F') ? ` fragment F on Task { ${BRIEF} }` : '';
      const { data, statements } = await ask(`{ tasks(${first}) { ${selection} } }${fragment}`);
      expect(statements).toHaveLength(1);
      expect(statements[0]).not.toContain('task_state.attempt');
      const page = data.tasks as { nodes?: object[]; edges?: { node: object }[] };
      const shown = page.nodes ?? page.edges?.map(({ node }) => node) ?? [];
      expect(shown.map((one) => ({ ...one }))).toEqual(
        nodes.map((one) => expect.objectContaining({ ...one }) as object),
      );
    }
  });

  it.each([
    'nodes { id reason }',
    'nodes { id } edges { node { attempt } }',
    'nodes { id ...F }',
    'nodes { id attempt @skip(if: true) }',
  ])('reads all where it may show more: %s', async (selection) => {
    const fragment = selection.includes('...F') ? ' fragment F on Task { mesh { name } }' : '';
    const { statements } = await ask(`{ tasks(${first}) { ${selection} } }${fragment}`);
    expect(statements[0]).toContain('task_state.attempt');
  });

  it('goes on where it ended, in every order, as the whole one does', async () => {
    for (const field of ['CREATED_AT', 'UPDATED_AT', 'FINISHED_AT', 'PRIORITY', 'NAME'])
      for (const filter of [
        '',
        `, filter: { meshId: "${uuid(1)}" }`,
        ', filter: { statuses: [COMPLETED] }',
      ]) {
        const ends = await Promise.all(
          ['id', 'id attempt'].map(async (fields) => {
            const { data } = await ask(
              `{ tasks(first: 3, orderBy: { field: ${field}, direction: DESC }${filter}) { nodes { ${fields} } edges { cursor } pageInfo { endCursor } } }`,
            );
            const { nodes, ...rest } = data.tasks as { nodes: { id: string }[] };
            return { ids: nodes.map(({ id }) => id), ...rest };
          }),
        );
        expect(ends[0]).toEqual(ends[1]);
      }
  });
});
