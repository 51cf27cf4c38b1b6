/** The smallest valid document for each root field of the schema, made from its types. */
import {
  getNamedType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

export const UNKNOWN_ID = '0192f0c1-2a3b-7c4d-8e5f-0011223344ff';

const SCALARS: Readonly<Record<string, string>> = {
  ID: `"${UNKNOWN_ID}"`,
  String: '"name"',
  Int: '1',
  Float: '0.5',
  Boolean: 'true',
  SafeInt: '1',
  DateTime: '"2030-01-31T08:00:00Z"',
  JSON: '{}',
  JSONObject: '{}',
};

function literal(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(type.ofType);
  if (isListType(type)) return `[${literal(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name as string;
  if (!isInputObjectType(type)) return SCALARS[type.name] as string;
  const fields = Object.values(type.getFields());
  const needed = type.isOneOf ? fields.slice(0, 1) : fields.filter(isRequiredInputField);
  return `{ ${needed.map((field) => `${field.name}: ${literal(field.type)}`).join(', ')} }`;
}

export interface Asking {
  /** `Mutation.cancelTask`. */
  readonly name: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly document: string;
}

function asking(root: string, field: GraphQLField<unknown, unknown>): Asking {
  const kind = root.toLowerCase() as Asking['kind'];
  const args = field.args.filter(isRequiredArgument).map((arg) => `${arg.name}: ${literal(arg.type)}`);
  const given = args.length === 0 ? '' : `(${args.join(', ')})`;
  const chosen = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
  return { name: `${root}.${field.name}`, kind, document: `${kind} { ${field.name}${given}${chosen} }` };
}

export function askings(schema: GraphQLSchema): Asking[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((root) =>
    Object.values(root?.getFields() ?? {}).map((field) => asking(root?.name as string, field)),
  );
}
