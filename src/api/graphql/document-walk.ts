/**
 * Goes through a document in its order, as `visit` of graphql-js does and with the same places, for who edits nothing. That asks its
 * visitor for all 43 kinds of nodes before it begins, and keeps what it needs for edits at each step. Without recursion, since
 * documents are as deep as the parser lets them.
 */
import type { ASTNode, DocumentNode } from 'graphql';
import { QueryDocumentKeys } from 'graphql/language/ast.js';

export type Parent = ASTNode | readonly ASTNode[];

/** As visitors of graphql-js are told. */
export type Visit = (
  node: ASTNode,
  key: string | number | undefined,
  parent: Parent | undefined,
  path: readonly (string | number)[],
  ancestors: readonly Parent[],
) => unknown;

export interface Walker {
  readonly enter: Visit;
  readonly leave: Visit;
}

/** Of a node or a list whose members are being gone through. */
interface Level {
  readonly of: Parent;
  /** Undefined of a list. */
  readonly keys: readonly string[] | undefined;
  readonly above: Level | undefined;
  next: number;
}

const KEYS: Readonly<Record<string, readonly string[]>> = QueryDocumentKeys;

function isList(of: Parent): of is readonly ASTNode[] {
  return Array.isArray(of);
}

function levelOf(of: Parent, above: Level | undefined): Level {
  return { of, keys: isList(of) ? undefined : KEYS[of.kind], above, next: 0 };
}

export function walkDocument(document: DocumentNode, walker: Walker): void {
  const path: (string | number)[] = [];
  const ancestors: Parent[] = [];
  walker.enter(document, undefined, undefined, path, ancestors);
  let level: Level | undefined = levelOf(document, undefined);
  while (level !== undefined) {
    const { of, keys } = level;
    const at = level.next++;
    const length = keys === undefined ? (of as readonly ASTNode[]).length : keys.length;
    if (at === length) {
      const parent = ancestors.pop();
      if (!isList(of)) walker.leave(of, path.at(-1), parent, path, ancestors);
      path.pop();
      level = level.above;
      continue;
    }
    const key = keys === undefined ? at : (keys[at] as string);
    const child = (of as unknown as Readonly<Record<string | number, Parent | undefined>>)[key];
    if (child === undefined) continue;
    path.push(key);
    if (!isList(child)) walker.enter(child, key, of, path, ancestors);
    ancestors.push(of);
    level = levelOf(child, level);
  }
}
