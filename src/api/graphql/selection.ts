/**
 * What an operation asks of the members of a connection, so that no more is read than it shows. Asked by resolvers of pages; a
 * document is looked at once, however often it is sent. Directives are not evaluated: what may be skipped counts as asked for.
 */
import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

type Asked = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>;

export class Selection {
  readonly #fields: ReadonlySet<string>;
  readonly #known = new WeakMap<FieldNode, boolean>();

  constructor(fields: readonly string[]) {
    this.#fields = new Set([...fields, '__typename']);
  }

  /** Do `nodes` and the nodes of `edges` ask for these fields only? */
  covers(asked: Asked): boolean {
    return asked.fieldNodes.every((node) => {
      const known = this.#known.get(node);
      if (known !== undefined) return known;
      const members = fieldsOf([node.selectionSet], asked).flatMap(({ name, selectionSet }) => {
        if (name.value === 'nodes') return [selectionSet];
        if (name.value !== 'edges') return [];
        return fieldsOf([selectionSet], asked).map((inner) => inner.selectionSet);
      });
      const isCovered = fieldsOf(members, asked).every(({ name }) => this.#fields.has(name.value));
      this.#known.set(node, isCovered);
      return isCovered;
    });
  }
}

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
