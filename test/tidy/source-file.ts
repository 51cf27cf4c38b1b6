/** A source file as the tidy rules see it: its text, its syntax tree, its imports. Read from disk, or planted by a test. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

export interface Complaint {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** A rule sees all files at once and says what is wrong with which. */
export type Rule = (files: readonly SourceFile[]) => Complaint[];

/** Any node of the syntax tree (ESTree with the TypeScript extensions). */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

export interface Import {
  readonly specifier: string;
  /** Path from the root of the project, where the specifier is relative. */
  readonly target?: string;
  readonly line: number;
}

export interface SourceFile {
  /** From the root of the project, with slashes: `src/mesh/graph.ts`. */
  readonly path: string;
  readonly text: string;
  readonly lineCount: number;
  readonly nodes: readonly Placed[];
  readonly imports: readonly Import[];
  readonly lineAt: (offset: number) => number;
}

export const projectRoot = join(dirname(fileURLToPath(import.meta.url)), '../..');

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string';
}

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  return Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

/** A node and the one above it. */
export type Placed = readonly [node: SyntaxNode, parent: SyntaxNode | undefined];

/** The tree as a flat list, top down; made once a file, since every rule reads it. */
function flatten(node: SyntaxNode, parent?: SyntaxNode, into: Placed[] = []): Placed[] {
  into.push([node, parent]);
  for (const child of childrenOf(node)) flatten(child, node, into);
  return into;
}

export function nodesOf(file: SourceFile, ...types: string[]): SyntaxNode[] {
  return file.nodes.map(([node]) => node).filter((node) => types.includes(node.type));
}

export function complain(file: SourceFile, at: number | SyntaxNode, message: string): Complaint {
  return { file: file.path, line: file.lineAt(typeof at === 'number' ? at : at.start), message };
}

function lineFinder(text: string): (offset: number) => number {
  const ends = [...text.matchAll(/\n/g)].map((match) => match.index);
  return (offset) => {
    const later = ends.findIndex((end) => end >= offset);
    return later === -1 ? ends.length + 1 : later + 1;
  };
}

function resolveTarget(path: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const plain = posix.normalize(posix.join(posix.dirname(path), specifier));
  return plain
    .replace(/\.js$/, '.ts')
    .replace(/\.jsx$/, '.tsx')
    .replace(/\.mjs$/, '.mts');
}

const importTypes = [
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
];

function specifierOf(node: SyntaxNode): string | undefined {
  if (!importTypes.includes(node.type)) return undefined;
  const literal = (node.source ?? node.argument) as { value?: unknown; literal?: { value?: unknown } } | null;
  const value = literal?.value ?? literal?.literal?.value;
  return typeof value === 'string' ? value : undefined;
}

/** A file with the given text, whether or not it exists. */
export function sourceFile(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
  const nodes = flatten(program as unknown as SyntaxNode);
  const lineAt = lineFinder(text);
  const imports = nodes.flatMap(([node]) => {
    const specifier = specifierOf(node);
    if (specifier === undefined) return [];
    return [{ specifier, target: resolveTarget(path, specifier), line: lineAt(node.start) }];
  });
  return { path, text, lineCount: text.replace(/\n$/, '').split('\n').length, nodes, imports, lineAt };
}

/** What is made by tools, installed, or left behind by a run is nobody's style. */
const ignored = new Set(['node_modules', '.git', 'dist', 'coverage', '.taskmesh', 'src/generated', 'tmp']);

/** Paths of all files below a folder; none where the folder does not exist. */
export function pathsBelow(folder: string): string[] {
  const absolute = join(projectRoot, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { withFileTypes: true }).flatMap((entry) => {
    const path = relative(projectRoot, join(absolute, entry.name)).split(sep).join('/');
    if (ignored.has(path) || ignored.has(entry.name)) return [];
    if (entry.isDirectory()) return pathsBelow(path);
    return entry.isFile() && statSync(join(projectRoot, path)).size < 2_000_000 ? [path] : [];
  });
}

export function readText(path: string): string {
  return readFileSync(join(projectRoot, path), 'utf8');
}

/** All TypeScript below the given folders. */
export function sourcesBelow(...folders: string[]): SourceFile[] {
  const paths = folders.flatMap(pathsBelow).filter((path) => /\.[mc]?tsx?$/.test(path));
  return paths.map((path) => sourceFile(path, readText(path)));
}
