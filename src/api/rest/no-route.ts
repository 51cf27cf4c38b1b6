/**
 * Answers for addresses the table does not have: 405 with `Allow` where the path exists under other methods, 404 with
 * the routes that are near where it does not. Called by register-rest.ts.
 */
import { distance } from 'fastest-levenshtein';
import { RestRefusal } from './refusal.js';
import type { Route } from './route.js';

const NEAR_MAX = 3;

/** Methods by path, HEAD and OPTIONS included, as `Allow` lists them. */
export function allowedMethods(routes: readonly Route[]): ReadonlyMap<string, readonly string[]> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes) methods.set(path, [...(methods.get(path) ?? []), method]);
  for (const list of methods.values()) {
    if (list.includes('GET')) list.push('HEAD');
    list.push('OPTIONS');
  }
  return methods;
}

export function methodNotAllowed(method: string, path: string, allowed: readonly string[]): RestRefusal {
  const allow = allowed.join(', ');
  const message = `${method} is not possible on ${path}; use ${allow}`;
  return new RestRefusal({ status: 405, code: 'METHOD_NOT_ALLOWED', message, headers: { allow } });
}

export function noSuchRoute(routes: readonly Route[], method: string, url: string): RestRefusal {
  const path = url.split('?', 1)[0] as string;
  const near = nearRoutes(routes, method, path);
  const hint = near.length > 0 ? `; did you mean ${near.join(' or ')}?` : '; all routes are in /openapi.json';
  const message = `there is no route ${method} ${path.length > 100 ? `${path.slice(0, 97)}...` : path}${hint}`;
  return new RestRefusal({ status: 404, code: 'NOT_FOUND', message, details: { routes: near } });
}

/** By the steps from what was asked, a parameter standing for whatever is in its place. */
function nearRoutes(routes: readonly Route[], method: string, path: string): string[] {
  if (path.length > 100) return [];
  return routes
    .map((route) => ({
      route,
      steps: distance(concrete(route.path, path), path.toLowerCase()) + (route.method === method ? 0 : 0.5),
    }))
    .filter(({ steps, route }) => steps <= Math.max(2, route.path.length / 4))
    .sort((a, b) => a.steps - b.steps)
    .slice(0, NEAR_MAX)
    .map(({ route }) => `${route.method} ${route.path}`);
}

function concrete(template: string, path: string): string {
  const given = path.split('/');
  return template
    .split('/')
    .map((step, index) => (step.startsWith('{') ? (given[index] ?? step) : step))
    .join('/');
}
