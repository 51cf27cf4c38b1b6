/**
 * YAML with positions, the safe part of it: no tags, no documents beside the first, no name twice, and aliases only
 * as far as what they stand for stays small. Called for YAML mesh files. The `yaml` package parses; the walk from its
 * nodes to values is ours, because its own checks of repeated names and aliases take quadratic time.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { writePath } from '../check/inspection.js';
import type { Step } from '../check/inspection.js';
import { escapeInvisible, showText } from '../check/show-value.js';
import { nestedTooDeeply, NESTING_MAX } from './tree.js';
import type { FileFault, Position, Tree } from './tree.js';

/** Values that aliases may stand for, all together. */
const VALUES_MAX = 1_000_000;

interface Read {
  readonly value: unknown;
  /** Values in it, itself included. */
  readonly size: number;
}

const nothing: Read = { value: null, size: 1 };

function nameOf(key: unknown): string | undefined {
  if (!isScalar(key) || key.value === null) return undefined;
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}

function isMerge({ key }: Pair): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}

class YamlReader {
  readonly faults: FileFault[] = [];
  /** What an alias of that name stands for at this point of the text; undefined while it is being read. */
  readonly #anchors = new Map<string, Read | undefined>();
  readonly #nodes = new Map<string, unknown>();
  readonly #path: Step[] = [];
  #expanded = 0;

  constructor(private readonly positionAt: (offset: number) => Position) {}

  read(node: unknown): Read {
    if (isAlias(node)) return this.#alias(node.source, node);
    const anchor = (node as Scalar | null)?.anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const read = this.#content(node);
    if (anchor !== undefined) {
      this.#anchors.set(anchor, read);
      this.#nodes.set(anchor, node);
    }
    return read;
  }

  /** The node an alias stands for, for looking up positions afterwards. */
  target(node: unknown): unknown {
    return isAlias(node) ? this.#nodes.get(node.source) : node;
  }

  fault(message: string, node: unknown, path: readonly Step[] = this.#path): Read {
    const offset = offsetOf(node);
    const position = offset === undefined ? {} : this.positionAt(offset);
    this.faults.push({ path: writePath(path), message, ...position });
    return nothing;
  }

  #content(node: unknown): Read {
    const { tag } = (node ?? {}) as Scalar;
    if (tag !== undefined) return this.fault(`must not have a tag: ${showText(tag)}`, node);
    if (this.#path.length > NESTING_MAX) return this.fault(nestedTooDeeply, node, []);
    if (isScalar(node)) return { value: node.value, size: 1 };
    if (isSeq(node)) return this.#list(node);
    return isMap(node) ? this.#record(node) : nothing;
  }

  #alias(name: string, node: unknown): Read {
    const read = this.#anchors.get(name);
    if (read === undefined)
      return this.fault(`must stand behind the complete value it names: *${escapeInvisible(name)}`, node);
    this.#expanded += read.size;
    return this.#expanded <= VALUES_MAX
      ? read
      : this.fault(`must not expand to more than ${VALUES_MAX} values`, node);
  }

  #list(node: YAMLSeq): Read {
    let size = 1;
    const value = node.items.map((item, index) => {
      const read = this.#below(index, item);
      size += read.size;
      return read.value;
    });
    return { value, size };
  }

  #record(node: YAMLMap): Read {
    const entries = new Map<string, unknown>();
    const merged: unknown[] = [];
    let size = 1;
    for (const pair of node.items) {
      const name = nameOf(pair.key);
      if (name === undefined) this.fault('must have a plain name before the colon', pair.key ?? node);
      else {
        if (entries.has(name)) this.#refuseTwice(name, pair);
        const read = this.#below(name, pair.value);
        size += read.size;
        if (isMerge(pair)) merged.push(...(Array.isArray(read.value) ? read.value : [read.value]));
        else entries.set(name, read.value);
      }
    }
    return { value: this.#merge(entries, merged, node), size };
  }

  /** Merge keys (`<<`, YAML 1.1): what is written here wins over what is merged, an earlier merge over a later one. */
  #merge(entries: Map<string, unknown>, merged: readonly unknown[], node: unknown): unknown {
    for (const source of merged) {
      if (typeof source !== 'object' || source === null) this.fault('must merge an object with <<', node);
      else
        for (const [name, value] of Object.entries(source)) if (!entries.has(name)) entries.set(name, value);
    }
    return Object.fromEntries(entries);
  }

  #below(step: Step, node: unknown): Read {
    this.#path.push(step);
    const read = this.read(node);
    this.#path.pop();
    return read;
  }

  #refuseTwice(name: string, pair: Pair): void {
    this.#path.push(name);
    this.fault('must not stand twice in one object', pair.key);
    this.#path.pop();
  }
}

/** A node, and what is pointed at when something is wrong with it: in a map its key, because that is where people look. */
interface Found {
  readonly node: unknown;
  readonly at: unknown;
}

class YamlFinder {
  /** By name; kept, because a map of 10,000 tasks may be asked for each of them. */
  readonly #pairs = new Map<YAMLMap, Map<string, Pair>>();

  constructor(
    private readonly root: unknown,
    private readonly reader: YamlReader,
  ) {}

  /** The deepest node on the path; `whole` when that is its end. */
  find(path: readonly Step[]): Found & { readonly whole: boolean } {
    let node = this.reader.target(this.root);
    let at = node;
    for (const step of path) {
      const child = this.#child(node, step);
      if (child === undefined) return { node, at, whole: false };
      at = child.at;
      node = this.reader.target(child.node);
    }
    return { node, at, whole: true };
  }

  #child(node: unknown, step: Step): Found | undefined {
    if (isSeq(node) && typeof step === 'number' && step < node.items.length)
      return { node: node.items[step], at: node.items[step] };
    const pair = isMap(node) ? this.#pairsOf(node).get(String(step)) : undefined;
    return pair === undefined ? undefined : { node: pair.value, at: pair.key };
  }

  #pairsOf(map: YAMLMap): Map<string, Pair> {
    const known = this.#pairs.get(map);
    if (known !== undefined) return known;
    const pairs = new Map(map.items.map((pair) => [nameOf(pair.key) ?? '', pair]));
    this.#pairs.set(map, pairs);
    return pairs;
  }
}

function offsetOf(node: unknown): number | undefined {
  return (node as Scalar | null)?.range?.[0];
}

/** The message of the package without the line it repeats. Its parser recurses, and says so when it went too deep. */
function syntaxMessage(message: string): string {
  if (message.includes('call stack')) return nestedTooDeeply;
  return `must be YAML: ${escapeInvisible(message.split('\n')[0] ?? '')}`;
}

export function yamlTree(text: string): Tree {
  const counter = new LineCounter();
  const positionAt = (offset: number): Position => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const document = parseDocument(text, {
    lineCounter: counter,
    prettyErrors: false,
    uniqueKeys: false,
    merge: false,
    customTags: [],
  });
  const reader = new YamlReader(positionAt);
  const root: unknown = document.contents;
  const { value } = reader.read(root);
  const finder = new YamlFinder(root, reader);
  const syntax = document.errors.map((error) => ({
    path: '',
    message: syntaxMessage(error.message),
    ...positionAt(error.pos[0]),
  }));
  return {
    value,
    faults: syntax.length > 0 ? syntax : reader.faults,
    positionOf: (path) => {
      const offset = offsetOf(finder.find(path).at);
      return offset === undefined ? undefined : positionAt(offset);
    },
    plainTextAt: (path) => {
      const { node, whole } = finder.find(path);
      return whole && isScalar(node) && node.type === 'PLAIN' ? node.source : undefined;
    },
  };
}
