/** What a task needs that is not ours and may fail as a whole. Called with every outcome, and by the gate while it is not open. */
import { kindOfTenant, tenantOfKind } from '../../../lifecycle/role.js';
import type { TaskSpec } from '../../../lifecycle/task.js';

const NAME_MAX = 200;

/**
 * What its author names (`metadata.dependency`), else the origin that HTTP work asks, as the tenant of the task knows it; null:
 * nothing that is known.
 */
export function dependencyOf(spec: Pick<TaskSpec, 'metadata' | 'work' | 'typeKey'>): string | null {
  const name = named(spec);
  return name === null ? null : kindOfTenant(tenantOfKind(spec.typeKey), name);
}

function named({ metadata, work }: Pick<TaskSpec, 'metadata' | 'work'>): string | null {
  const { dependency } = metadata;
  if (typeof dependency === 'string' && dependency !== '') return dependency.slice(0, NAME_MAX);
  if (work === null || !('http' in work)) return null;
  const { url } = work.http;
  return URL.canParse(url) ? new URL(url).origin.slice(0, NAME_MAX) : null;
}
