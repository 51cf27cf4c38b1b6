/** The rules of names and of exports. */
import { basename } from 'node:path';
import { complain, nodesOf } from '../source-file.js';
import type { Complaint, Rule, SourceFile, SyntaxNode } from '../source-file.js';

const bannedWords = new Set([
  'manager',
  'helper',
  'util',
  'common',
  'base',
  'handler',
  'processor',
  'data',
  'info',
]);
/** Folders are nouns of the domain, never kinds. */
const bannedFolders = new Set(['types', 'utils', 'helpers', 'services', 'interfaces', 'misc']);
/** DATA is a type of edge, and PostgreSQL keeps a data directory: there the word is the domain's. */
const domainWords = /data-?(edge|dependenc|input|dir)/i;

const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** The banned word in a name in any case, singular or plural. */
export function bannedWordIn(name: string): string | undefined {
  if (domainWords.test(name)) return undefined;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.find((word) => bannedWords.has(word) || bannedWords.has(word.replace(/s$/, '')));
}

function mayHaveSuffix(path: string): boolean {
  return path.startsWith('src/api/') || !path.startsWith('src/') || path.endsWith('.d.ts');
}

function judgePath(path: string): string[] {
  const folders = path.split('/').slice(1, -1);
  const [name = '', ...suffixes] = basename(path).split('.').slice(0, -1);
  const wrong: string[] = [];
  for (const part of [...folders, name, ...suffixes])
    if (!kebab.test(part)) wrong.push(`'${part}' is not kebab-case`);
  for (const folder of folders)
    if (bannedFolders.has(folder))
      wrong.push(`the folder '${folder}' is named by a kind, not by a noun of the domain`);
  for (const part of [...folders, name])
    if (bannedWordIn(part)) wrong.push(`'${part}' uses the word '${bannedWordIn(part)}'`);
  if (suffixes.length > 0 && !mayHaveSuffix(path)) wrong.push('role suffixes stand only under api/');
  return wrong;
}

export const fileNames: Rule = (files) => {
  return files.flatMap(({ path }) => judgePath(path).map((message) => ({ file: path, line: 1, message })));
};

export const noBarrels: Rule = (files) => {
  const barrels = files.filter((file) => /(^|\/)index\.tsx?$/.test(file.path));
  return barrels.map((file) => complain(file, 0, 'an index file hides what is imported from where'));
};

export const namedExports: Rule = (files) => {
  return files.flatMap((file) => {
    const assigned = nodesOf(file, 'ExportDefaultDeclaration', 'TSExportAssignment').map((node) =>
      complain(file, node, 'exports without a name'),
    );
    const aliased = nodesOf(file, 'ExportSpecifier').filter(
      (node) => (node.exported as SyntaxNode).name === 'default',
    );
    return [...assigned, ...aliased.map((node) => complain(file, node, 'exports without a name'))];
  });
};

const typeDeclarations = [
  'ClassDeclaration',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
  'TSEnumDeclaration',
];

function judgeDeclaration(file: SourceFile, node: SyntaxNode, parent: SyntaxNode | undefined): Complaint[] {
  const isFace = node.type === 'FunctionDeclaration' && parent?.type === 'ExportNamedDeclaration';
  if (!typeDeclarations.includes(node.type) && !isFace) return [];
  const name = String((node.id as SyntaxNode | null)?.name ?? '');
  const word = bannedWordIn(name);
  return word === undefined ? [] : [complain(file, node, `'${name}' uses the word '${word}'`)];
}

/** Classes, types and exported functions. Variables are free: libraries name some of them. */
export const declarationNames: Rule = (files) => {
  return files.flatMap((file) =>
    file.nodes.flatMap(([node, parent]) => judgeDeclaration(file, node, parent)),
  );
};
