/**
 * Holds the table of access against callers. Called once on the finished schema, where it stands before every root
 * field and before each delivery of a subscription, and by the doors for what is no GraphQL. It knows roles and tenants, not who owns a task: the commands do.
 */
import type { GraphQLField, GraphQLSchema } from 'graphql';
import { assert } from '../../kit/assert.js';
import { RefusedError } from '../../lifecycle/refusal.js';
import { DEFAULT_TENANT, isAtLeast } from '../../lifecycle/role.js';
import type { ApiContext } from '../context.js';
import type { Viewer } from '../door.js';
import { type Access, FIELDS } from './matrix.js';

type Shown = Pick<Viewer, 'role' | 'tenant' | 'isAnonymous'>;

const TOKEN =
  'send the token of the state directory as "Authorization: Bearer …" (the command line does so by itself)';

/** Why not; undefined: the viewer may. */
export function refusal({ role, tenant, isAnonymous }: Shown, access: Access): string | undefined {
  if (!isAtLeast(role, access.role)) {
    const who = isAnonymous ? 'a caller without a token' : `a ${role}`;
    return `this needs the role ${access.role}, and you are ${who}; ${isAnonymous ? TOKEN : 'ask an ADMIN'}`;
  }
  if (access.reach === 'system' && tenant !== DEFAULT_TENANT)
    return `this is about the whole system and for the tenant "${DEFAULT_TENANT}"; yours is "${tenant}"`;
  return undefined;
}

/** Names of the root fields the viewer may call, in the order of the table. */
export function allowedFields(viewer: Shown): string[] {
  const allowed = Object.entries(FIELDS).filter(([, access]) => refusal(viewer, access) === undefined);
  return allowed.map(([name]) => name.slice(name.indexOf('.') + 1));
}

function rootFields(schema: GraphQLSchema): [string, GraphQLField<unknown, ApiContext>][] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((root) =>
    Object.values(root?.getFields() ?? {}).map(
      (field) => [`${root?.name}.${field.name}`, field] as [string, GraphQLField<unknown, ApiContext>],
    ),
  );
}

/** Throws when a field has no row in the table, or a row no field. */
export function guard(schema: GraphQLSchema): void {
  const fields = rootFields(schema);
  const names = new Set(fields.map(([name]) => name));
  const missing = [...names].filter((name) => !Object.hasOwn(FIELDS, name));
  const left = Object.keys(FIELDS).filter((name) => !names.has(name));
  assert(
    missing.length + left.length === 0,
    () =>
      `access/matrix.ts has no row for ${missing.join(', ') || '-'}, and no field for ${left.join(', ') || '-'}`,
  );
  for (const [name, field] of fields) stand(field, FIELDS[name] as Access);
}

function stand(field: GraphQLField<unknown, ApiContext>, access: Access): void {
  const { resolve, subscribe } = field;
  const check = ({ viewer }: ApiContext): void => {
    const why = refusal(viewer, access);
    if (why !== undefined) throw new RefusedError({ code: 'FORBIDDEN', message: why });
  };
  if (subscribe !== undefined) {
    const deliver = resolve ?? ((payload: unknown) => payload);
    field.subscribe = (root, args, ctx, about) => {
      check(ctx);
      return subscribe(root, args, ctx, about);
    };
    field.resolve = (payload, args, ctx, about) => {
      check(ctx);
      return deliver(payload, args, ctx, about);
    };
    return;
  }
  assert(resolve !== undefined, () => `${field.name} has no resolver`);
  field.resolve = (root, args, ctx, about) => {
    check(ctx);
    return resolve(root, args, ctx, about);
  };
}
