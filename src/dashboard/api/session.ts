/**
 * Who uses the page: the token it was given, kept in this browser only, and what the server says its user may do. What
 * one may not do is not offered. Read by every request and by the socket.
 */
import { computed, signal } from '@preact/signals';
import type { WhoQuery } from '../../generated/dashboard/graphql.js';

const KEY = 'taskmesh.token';

/** A link may bring it behind `#token=`, which no server sees; it leaves the address at once. */
function given(): string {
  const found = /^#token=([\w.~-]+)$/.exec(location.hash)?.[1];
  if (found === undefined) return localStorage.getItem(KEY) ?? '';
  history.replaceState(history.state, '', location.pathname + location.search);
  localStorage.setItem(KEY, found);
  return found;
}

export const token = signal(given());

/** Undefined until the server has said who this is. */
export const viewer = signal<WhoQuery['viewer'] | undefined>(undefined);

/** May it change what others made? A caller without a token changes only its own. */
export const mayAct = computed(
  () => viewer.value !== undefined && !viewer.value.isAnonymous && may('cancelTask'),
);

/** By the name of a query or mutation. */
export function may(operation: string): boolean {
  return viewer.value?.can.includes(operation) ?? false;
}

/** What somebody made: one's own, or anybody's for those who may. */
export function mayChange(operation: string, createdBy: string): boolean {
  const who = viewer.value;
  return may(operation) && (who?.isAnonymous === false || createdBy === who?.id);
}

/** Why the token that was given is of no use; empty while it is. */
export const refused = signal('');

export function signIn(text: string): void {
  localStorage.setItem(KEY, text);
  refused.value = '';
  viewer.value = undefined;
  token.value = text;
}

export function signOut(why = ''): void {
  localStorage.removeItem(KEY);
  refused.value = why;
  viewer.value = undefined;
  token.value = '';
}

export function authorization(): Record<string, string> {
  return token.peek() === '' ? {} : { authorization: `Bearer ${token.peek()}` };
}
