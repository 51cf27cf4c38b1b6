/** How far back charts look: chosen in the address as `span`. */
import type { JSX } from 'preact';
import { linkTo, param } from '../address/address.js';

const SPANS = [
  { id: '15m', name: '15 min', seconds: 900 },
  { id: '1h', name: '1 h', seconds: 3600 },
  { id: '6h', name: '6 h', seconds: 21_600 },
  { id: '1d', name: '1 day', seconds: 86_400 },
  { id: '7d', name: '7 days', seconds: 604_800 },
] as const;

export type SpanId = (typeof SPANS)[number]['id'];

function chosen(usual: SpanId): (typeof SPANS)[number] {
  const wanted = param('span') || usual;
  return SPANS.find(({ id }) => id === wanted) ?? SPANS[0];
}

export function spanSeconds(usual: SpanId = '15m'): number {
  return chosen(usual).seconds;
}

/** Whole minutes, so that a question stays the same for a while. */
export function spanSince(usual: SpanId = '15m'): string {
  const minute = 60_000;
  return new Date(Math.floor(Date.now() / minute) * minute - spanSeconds(usual) * 1000).toISOString();
}

export function SpanTabs({ usual = '15m' }: { usual?: SpanId }): JSX.Element {
  return (
    <nav class="tabs" aria-label="How far back">
      {SPANS.map(({ id, name }) => (
        <a
          key={id}
          href={linkTo({ span: id === usual ? null : id })}
          aria-current={chosen(usual).id === id ? 'page' : undefined}
        >
          {name}
        </a>
      ))}
    </nav>
  );
}
