/**
 * Pages as GraphQL connections: `{ nodes, edges { cursor node }, pageInfo { endCursor hasNextPage }, totalCount }`.
 * Resolvers make one from a page of the store. The total costs a statement of its own and is counted only when the
 * query asks for it.
 */
import { type ClassType, Field, Int, ObjectType } from 'type-graphql';
import type { Page } from '../../store/reads.js';

@ObjectType('PageInfo', { simpleResolvers: true, description: 'Where a page ends.' })
export class PageEnd {
  @Field(() => String, {
    nullable: true,
    description: 'Hand it in as `after` to read on; null when the page is empty.',
  })
  readonly endCursor!: string | null | Promise<string | null>;

  @Field(() => Boolean)
  readonly hasNextPage!: boolean;
}

export interface ConnectionOf<T> {
  readonly nodes: readonly T[];
  readonly edges: Promise<readonly { readonly cursor: string; readonly node: T }[]>;
  readonly pageInfo: PageEnd;
  readonly totalCount: Promise<number>;
}

/** Where cursors cost a statement of their own they are fetched only when the query asks for them. */
export interface LazyPage<T> extends Omit<Page<T>, 'cursors'> {
  readonly cursors: readonly string[] | (() => Promise<readonly string[]>);
}

type ConnectionClass<T> = new (page: LazyPage<T>, count: () => Promise<number>) => ConnectionOf<T>;

/**
 * A class, although an object with a getter would do: V8 makes a hidden class of each such object, which is old at once
 * and keeps the whole page alive until the next full collection. Collecting garbage took a third of the time of a page.
 */
class EndOfPage<T> implements PageEnd {
  readonly hasNextPage: boolean;
  readonly #page: LazyPage<T>;

  constructor(page: LazyPage<T>) {
    this.hasNextPage = page.hasNextPage;
    this.#page = page;
  }

  get endCursor(): string | null | Promise<string | null> {
    const { cursors } = this.#page;
    if (typeof cursors === 'function') return cursors().then((all) => all.at(-1) ?? null);
    return cursors.at(-1) ?? null;
  }
}

const totalField = { description: 'How many there are in all; counted only when asked for.' };

/**
 * The two classes TypeGraphQL needs for a noun; `name` is the noun: `TaskConnection`, `TaskEdge`. What the store
 * cannot count gets no `totalCount`.
 */
export function connectionOf<T extends object>(
  name: string,
  node: () => ClassType<T>,
  { counted = true } = {},
): ConnectionClass<T> {
  @ObjectType(`${name}Edge`, { simpleResolvers: true, description: `A ${name} with its place in the list.` })
  class PlacedNode {
    @Field(() => String)
    readonly cursor!: string;

    @Field(node)
    readonly node!: T;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${name} values.` })
  class Connection {
    @Field(() => [node()])
    readonly nodes: readonly T[];

    @Field(() => PageEnd)
    readonly pageInfo: PageEnd;

    readonly #page: LazyPage<T>;
    readonly #count: () => Promise<number>;

    constructor(page: LazyPage<T>, count: () => Promise<number>) {
      this.nodes = page.nodes;
      this.#page = page;
      this.#count = count;
      this.pageInfo = new EndOfPage(page);
    }

    @Field(() => [PlacedNode])
    get edges(): Promise<readonly PlacedNode[]> {
      return this.#placed();
    }

    get totalCount(): Promise<number> {
      return this.#count();
    }

    async #placed(): Promise<readonly PlacedNode[]> {
      const { cursors } = this.#page;
      const all = typeof cursors === 'function' ? await cursors() : cursors;
      return this.nodes.map((node, index) => ({ cursor: all[index] as string, node }));
    }
  }
  if (counted) Field(() => Int, totalField)(Connection.prototype, 'totalCount', {});
  return Connection;
}

/** A page of rows as a page of API values. */
export function mapPage<Row, T>(page: LazyPage<Row>, shape: (row: Row) => T): LazyPage<T> {
  const { nodes, cursors, hasNextPage } = page;
  return { nodes: nodes.map(shape), cursors, hasNextPage };
}
