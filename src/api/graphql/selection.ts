/**
 * What an operation asks of the objects that it gets, so that no more is read than it shows. Asked by resolvers; a
 * document is looked at once, however often it is sent. Directives are not evaluated: what may be skipped counts as asked for.
 */
import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';
import type { ApiContext } from '../context.js';
import { NodeNotes } from './node-notes.js';

export type Asked = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>;

/** Who asks, and for what. */
export interface Asking {
  readonly ctx: ApiContext;
  readonly info: Asked;
}

export class Selection {
  readonly #fields: ReadonlySet<string>;
  readonly #known = new NodeNotes<FieldNode, boolean>();

  constructor(fields: readonly string[]) {
    this.#fields = new Set([...fields, '__typename']);
  }

  /** Does it ask the object that the resolver answers for these fields only? */
  covers(asked: Asked): boolean {
    return this.#judge(asked, ({ selectionSet }) => [selectionSet]);
  }

  /** The same of the members of a connection: `nodes` and the nodes of `edges`. */
  coversMembers(asked: Asked): boolean {
    return this.#judge(asked, ({ selectionSet }) =>
      fieldsOf([selectionSet], asked).flatMap(({ name, selectionSet: inner }) => {
        if (name.value === 'nodes') return [inner];
        return name.value === 'edges' ? fieldsOf([inner], asked).map((edge) => edge.selectionSet) : [];
      }),
    );
  }

  #judge(asked: Asked, setsOf: (node: FieldNode) => readonly (SelectionSetNode | undefined)[]): boolean {
    return asked.fieldNodes.every((node) => {
      const known = this.#known.get(node);
      if (known !== undefined) return known;
      const isCovered = fieldsOf(setsOf(node), asked).every(({ name }) => this.#fields.has(name.value));
      this.#known.set(node, isCovered);
      return isCovered;
    });
  }
}

/** Who submits mostly wants to know the id alone, which needs no look at the database. */
export const ID_ONLY = new Selection(['id']);

function fieldsOf(
  sets: readonly (SelectionSetNode | undefined)[],
  { fragments }: Pick<Asked, 'fragments'>,
): FieldNode[] {
  return sets.flatMap((set) =>
    (set?.selections ?? []).flatMap((one) => {
      if (one.kind === Kind.FIELD) return [one];
      const inner =
        one.kind === Kind.INLINE_FRAGMENT ? one.selectionSet : fragments[one.name.value]?.selectionSet;
      return fieldsOf([inner], { fragments });
    }),
  );
}
