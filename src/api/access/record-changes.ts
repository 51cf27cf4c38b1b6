/**
 * The audit of what is no command: what people change of the system itself (nodes, models, levels). Those changes are made
 * by parts with transactions of their own, so the entry is written before the change: none is made that is not told of,
 * though a change that was refused afterwards has its entry as well. Called once on the finished schema.
 */
import type { GraphQLSchema } from 'graphql';
import type { Json } from '../../kit/json.js';
import { redacted } from '../../lifecycle/redacted.js';
import type { Audit } from '../../store/audit.js';
import type { ApiContext } from '../context.js';
import { FIELDS } from './matrix.js';

export function recordChanges(schema: GraphQLSchema, audit: Pick<Audit, 'append'>): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    if (FIELDS[`Mutation.${field.name}`]?.reach !== 'system') continue;
    const { name: action, resolve } = field;
    field.resolve = async (root, args, ctx, about) => {
      const { id: actor, tenant, role, address } = (ctx as ApiContext).viewer;
      const { id } = args as { readonly id?: unknown };
      const subject = typeof id === 'string' ? id.slice(0, 200) : null;
      const after = redacted(args as unknown as Json);
      await audit.append({ actor, tenant, role, address, action, subject, before: null, after });
      return await resolve?.(root, args, ctx, about);
    };
  }
}
