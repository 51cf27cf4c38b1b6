/**
 * What has been found out of a node of a document, kept by the node itself. A WeakMap would do, but costs the collector some
 * 20 µs for each document that is sent once; six of them were more than parsing and checking it. Nobody else sees a note: each
 * instance has a key of its own, and neither printing nor visiting looks at it. A copy of a node takes its notes along.
 */
import type { ASTNode } from 'graphql';

type Noted<Note> = Record<symbol, Note | undefined>;

export class NodeNotes<Node extends ASTNode, Note extends NonNullable<unknown> | null> {
  readonly #key = Symbol('note');

  get(node: Node): Note | undefined {
    return (node as unknown as Noted<Note>)[this.#key];
  }

  set(node: Node, note: Note): void {
    (node as unknown as Noted<Note>)[this.#key] = note;
  }
}
