/** `mesh/` and `lifecycle/` are values and functions: no waiting, no clock, no chance, no I/O. */
import { complain } from '../source-file.js';
import type { Complaint, Rule, SourceFile, SyntaxNode } from '../source-file.js';

const impure = new Set([
  ...['Date', 'Promise', 'performance', 'process', 'console', 'fetch', 'crypto', 'globalThis', 'require'],
  ...[
    'setTimeout',
    'setInterval',
    'setImmediate',
    'queueMicrotask',
    'clearTimeout',
    'clearInterval',
    'AbortSignal',
  ],
]);

/** A property or a key that happens to have such a name is no use of it. */
function isOnlyName(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  if (parent === undefined || parent.computed === true) return false;
  return parent.property === node || (parent.key === node && parent.shorthand !== true);
}

function judge(node: SyntaxNode, parent: SyntaxNode | undefined): string | undefined {
  if (node.type === 'AwaitExpression') return 'waits';
  if (node.async === true) return 'is async';
  if (node.type === 'ForOfStatement' && node.await === true) return 'waits';
  if (
    node.type === 'MemberExpression' &&
    (node.object as SyntaxNode).name === 'Math' &&
    (node.property as SyntaxNode).name === 'random'
  ) {
    return 'uses Math.random';
  }
  if (node.type !== 'Identifier' || !impure.has(String(node.name)) || isOnlyName(node, parent))
    return undefined;
  return `uses ${String(node.name)}`;
}

function judgeFile(file: SourceFile): Complaint[] {
  const packages = file.imports.filter((one) => one.target === undefined);
  const imported = packages.map((one) => ({
    file: file.path,
    line: one.line,
    message: `imports '${one.specifier}'`,
  }));
  const used = file.nodes.flatMap(([node, parent]) => {
    const what = judge(node, parent);
    return what === undefined ? [] : [complain(file, node, what)];
  });
  return [...imported, ...used];
}

export const purity: Rule = (files) => {
  return files.filter((file) => /^src\/(mesh|lifecycle)\//.test(file.path)).flatMap(judgeFile);
};
