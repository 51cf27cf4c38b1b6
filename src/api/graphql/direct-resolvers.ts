/**
 * The finished schema calls our methods and reads our columns itself. TypeGraphQL's own way to them makes an instance of
 * a class of every object and input on it, and a promise of every argument: 0.1 s of a submission of 10,000 tasks, a
 * half of the time of a page of tasks with all that hangs on them. We use none of what that is for (middleware,
 * authorisation, validation by decorators), and our classes have no methods.
 */
import { type GraphQLFieldResolver, type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';
import { assert } from '../../kit/assert.js';

/** What the decorators have noted. TypeGraphQL declares the global, but exports neither it nor its types. */
type Metadata = typeof globalThis.TypeGraphQLMetadataStorage;
type Decorated = Metadata['queries'][number] | Metadata['fieldResolvers'][number];
type Parameter = NonNullable<Decorated['params']>[number];

type Wired = ReadonlyMap<unknown, object>;
type Resolver = GraphQLFieldResolver<unknown, unknown, Record<string, unknown>>;

export function callDirectly(schema: GraphQLSchema, wired: Wired): void {
  const metadata = globalThis.TypeGraphQLMetadataStorage;
  assert(metadata !== undefined, 'TypeGraphQL keeps its metadata elsewhere than it did');
  const typeNames = new Map<unknown, string>(metadata.objectTypes.map(({ target, name }) => [target, name]));
  for (const type of Object.values(schema.getTypeMap()))
    if (isObjectType(type) && !type.name.startsWith('__')) readColumns(type);
  for (const query of metadata.queries) call(schema, 'Query', query, wired);
  for (const mutation of metadata.mutations) call(schema, 'Mutation', mutation, wired);
  for (const field of metadata.fieldResolvers)
    call(schema, typeNames.get(field.getObjectType?.()) ?? '', field, wired);
}

/** graphql-js reads a member of the same name by itself; what is no column gets its method afterwards. */
function readColumns(type: GraphQLObjectType): void {
  for (const field of Object.values(type.getFields())) field.resolve = undefined;
}

function call(schema: GraphQLSchema, typeName: string, decorated: Decorated, wired: Wired): void {
  const resolver = wired.get(decorated.target);
  if (resolver === undefined) return;
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[decorated.schemaName] : undefined;
  assert(field !== undefined, () => `${typeName} has no field ${decorated.schemaName}`);
  field.resolve = resolverOf(resolver, decorated);
}

function resolverOf(resolver: object, { methodName, params = [] }: Decorated): Resolver {
  const method = (resolver as Record<string, (...given: unknown[]) => unknown>)[methodName];
  assert(method !== undefined, () => `${resolver.constructor.name} has no method ${methodName}`);
  const readers = params.toSorted((a, b) => a.index - b.index).map(readerOf);
  return (root, args, context, info) =>
    method.apply(
      resolver,
      readers.map((read) => read(root, args, context, info)),
    );
}

type Reader = (...given: Parameters<Resolver>) => unknown;

function readerOf(parameter: Parameter): Reader {
  const whole = !('propertyName' in parameter) || parameter.propertyName === undefined;
  assert(whole, 'members of root and context are taken in the method');
  switch (parameter.kind) {
    case 'arg':
      return (_root, args) => args[parameter.name];
    case 'args':
      return (_root, args) => args;
    case 'root':
      return (root) => root;
    case 'context':
      return (_root, _args, context) => context;
    case 'info':
      return (_root, _args, _context, info) => info;
    default:
      throw new Error(`parameters of kind ${parameter.kind} are not wired`);
  }
}
