/**
 * Tells the audit of changes that somebody asked for and may not make. Called once on the finished schema, after the table of
 * access stands in it, so that its refusals and those of the commands are both heard.
 */
import type { GraphQLSchema } from 'graphql';
import { asked } from '../../lifecycle/person.js';
import { RefusedError } from '../../lifecycle/refusal.js';
import type { Refusals } from '../../security/refusal-log.js';
import type { ApiContext } from '../context.js';

export function recordRefusals(schema: GraphQLSchema, refusals: Refusals): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { name, resolve } = field;
    field.resolve = async (root, args, ctx, about) => {
      try {
        return await resolve?.(root, args, ctx, about);
      } catch (error) {
        if (error instanceof RefusedError && error.code === 'FORBIDDEN') {
          const who = asked((ctx as ApiContext).viewer, name);
          refusals.note({ ...who, code: error.code, why: error.message });
        }
        throw error;
      }
    };
  }
}
