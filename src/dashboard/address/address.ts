/**
 * Where in the dashboard one is: everything that is open, chosen or filtered stands in the query of the address, so that
 * a link shows what its sender saw. Components read `param` and change it by `go`, or by links made with `linkTo`.
 */
import { computed, signal } from '@preact/signals';

export type Changes = Readonly<Record<string, string | null | undefined>>;

export const place = signal(new URLSearchParams(location.search));

export function param(name: string): string {
  return place.value.get(name) ?? '';
}

export const page = computed(() => param('page') || 'meshes');

/** What stays when one goes to another page. */
const LASTING = ['theme'];

function queryOf(changes: Changes, isFresh: boolean): string {
  const next = new URLSearchParams();
  for (const [name, value] of place.peek()) {
    if (!isFresh || LASTING.includes(name)) next.set(name, value);
  }
  for (const [name, value] of Object.entries(changes)) {
    if (value == null || value === '') next.delete(name);
    else next.set(name, value);
  }
  return `?${next.toString()}`;
}

/** The same place with these changes; a link that names a page leaves the rest of this one behind. */
export function linkTo(changes: Changes): string {
  void place.value;
  return queryOf(changes, changes['page'] !== undefined);
}

/** `replace`: no step of the browser's history, for what changes while one types or drags. */
export function go(changes: Changes, { replace = false } = {}): void {
  show(queryOf(changes, changes['page'] !== undefined), replace);
}

function show(query: string, replace: boolean): void {
  if (query === location.search) return;
  if (replace) history.replaceState(null, '', query);
  else history.pushState(null, '', query);
  place.value = new URLSearchParams(location.search);
}

function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

/** Links within the dashboard move it on without loading it anew. Called once. */
export function followLinks(): void {
  addEventListener('popstate', () => (place.value = new URLSearchParams(location.search)));
  document.addEventListener('click', (event) => {
    const anchor = (event.target as Element | null)?.closest?.('a');
    const href = anchor?.getAttribute('href');
    if (href == null || !href.startsWith('?') || !isPlainClick(event)) return;
    event.preventDefault();
    show(href, false);
  });
}
