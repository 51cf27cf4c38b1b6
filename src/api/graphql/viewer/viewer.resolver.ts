/** `viewer`: who asks. */
import { Ctx, Query, Resolver } from 'type-graphql';
import { allowedFields } from '../../access/guard.js';
import type { ApiContext } from '../../context.js';
import { ViewerView } from './viewer.type.js';

@Resolver()
export class ViewerResolver {
  @Query(() => ViewerView, { description: 'Who you are here, and what you may do.' })
  viewer(@Ctx() { viewer, expiresAt }: ApiContext): ViewerView {
    const { id, role, tenant, isAnonymous, trusted } = viewer;
    const shown = { id, role, tenant, isAnonymous, mayRunCode: trusted, can: allowedFields(viewer) };
    return { ...shown, expiresAt: expiresAt === null ? null : new Date(expiresAt) };
  }
}
