/** The limits of STYLE's table of sizes. */
import { dirname } from 'node:path';
import { childrenOf, complain, nodesOf } from '../source-file.js';
import type { Complaint, Rule, SourceFile, SyntaxNode } from '../source-file.js';

export const limits = {
  sourceLines: 400,
  testLines: 600,
  functionLines: 70,
  doorMethodLines: 20,
  parameters: 5,
  collaborators: 7,
  contractMethods: 25,
  filesInFolder: 20,
} as const;

const functionTypes = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];
const signatureTypes = [
  ...functionTypes,
  'TSDeclareFunction',
  'TSEmptyBodyFunctionExpression',
  'TSMethodSignature',
  'TSFunctionType',
];

function linesOf(file: SourceFile, node: SyntaxNode): number {
  return file.lineAt(node.end) - file.lineAt(node.start) + 1;
}

export const fileLines: Rule = (files) => {
  return files.flatMap((file) => {
    const limit = file.path.startsWith('test/') ? limits.testLines : limits.sourceLines;
    return file.lineCount > limit
      ? [complain(file, file.text.length, `has ${file.lineCount} lines, more than ${limit}`)]
      : [];
  });
};

export const functionLines: Rule = (files) => {
  return files.flatMap((file) =>
    nodesOf(file, ...functionTypes).flatMap((node) => {
      const lines = linesOf(file, node);
      return lines > limits.functionLines
        ? [complain(file, node, `a function of ${lines} lines, more than ${limits.functionLines}`)]
        : [];
    }),
  );
};

/** Methods of resolvers and routes: parse, one call, shape. */
export const doorMethodLines: Rule = (files) => {
  const doors = files.filter((file) => /^src\/api\/.*\.(resolver|routes?)\.ts$/.test(file.path));
  return doors.flatMap((file) =>
    nodesOf(file, 'MethodDefinition').flatMap((node) => {
      const lines = linesOf(file, node.value as SyntaxNode);
      return lines > limits.doorMethodLines
        ? [complain(file, node, `a method of ${lines} lines, more than ${limits.doorMethodLines}`)]
        : [];
    }),
  );
};

function parametersOf(node: SyntaxNode): SyntaxNode[] {
  const parameters = (node.params ?? []) as SyntaxNode[];
  return parameters.filter((parameter) => parameter.name !== 'this');
}

export const parameters: Rule = (files) => {
  return files.flatMap((file) =>
    file.nodes.flatMap(([node, parent]): Complaint[] => {
      if (!signatureTypes.includes(node.type)) return [];
      const isConstructor = parent?.kind === 'constructor';
      const limit = isConstructor ? limits.collaborators : limits.parameters;
      const count = parametersOf(node).length;
      return count > limit ? [complain(file, node, `${count} parameters, more than ${limit}`)] : [];
    }),
  );
};

function isMethod(member: SyntaxNode): boolean {
  if (member.type === 'TSMethodSignature') return true;
  const annotation = childrenOf(member).find((child) => child.type === 'TSTypeAnnotation');
  return (
    member.type === 'TSPropertySignature' &&
    annotation !== undefined &&
    childrenOf(annotation)[0]?.type === 'TSFunctionType'
  );
}

export const contractMethods: Rule = (files) => {
  return files.flatMap((file) =>
    nodesOf(file, 'TSInterfaceBody').flatMap((body) => {
      const count = childrenOf(body).filter(isMethod).length;
      return count > limits.contractMethods
        ? [complain(file, body, `a contract of ${count} methods, more than ${limits.contractMethods}`)]
        : [];
    }),
  );
};

/** Takes paths, as files of every kind count. */
export function filesInFolder(paths: readonly string[]): Complaint[] {
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  return [...counts].flatMap(([folder, count]) => {
    const message = `has ${count} files, more than ${limits.filesInFolder}`;
    return count > limits.filesInFolder ? [{ file: folder, line: 1, message }] : [];
  });
}
