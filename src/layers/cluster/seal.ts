/**
 * The seal of every message between servers and nodes: HMAC-SHA256 with the key of one node over the direction, its
 * incarnation and the text. The key stands in the registry, which is in the database; who reaches only the queue (a Redis, say)
 * can neither order work nor report outcomes. Made and checked on both sides; what is not sealed is not even parsed.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * As one text: BullMQ keeps data as jsonb on PostgreSQL, which refuses NUL and lone surrogates that work may print, and
 * changes numbers. In the text they are escapes.
 */
export interface Packed {
  /** The incarnation that is meant, or that reports. */
  readonly node: string;
  readonly json: string;
  readonly seal: string;
}

/** One incarnation, as both sides know it. */
export interface NodeKey {
  readonly ref: string;
  readonly key: string;
}

/** What is meant for a node does not count as said by it. */
export type Direction = 'orders' | 'reports';

/** A batch has a million characters, or one message that is longer: an output of a megabyte, most of it escapes. */
const CHARACTERS_MAX = 16_000_000;

export function sealed(direction: Direction, { ref, key }: NodeKey, json: string): Packed {
  return { node: ref, json, seal: hmac(direction, { ref, key }, json).toString('base64url') };
}

export function isSealed(data: unknown, direction: Direction, { ref, key }: NodeKey): data is Packed {
  const { node, json, seal } = partsOf(data);
  if (node !== ref || typeof json !== 'string' || typeof seal !== 'string') return false;
  if (key === '' || json.length > CHARACTERS_MAX) return false;
  const given = Buffer.from(seal, 'base64url');
  const expected = hmac(direction, { ref, key }, json);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Who says to have sent it, or for whom it is. */
export function nodeOf(data: unknown): string {
  const { node } = partsOf(data);
  return typeof node === 'string' ? node : '';
}

function partsOf(data: unknown): Partial<Record<keyof Packed, unknown>> {
  return typeof data === 'object' && data !== null ? data : {};
}

function hmac(direction: Direction, { ref, key }: NodeKey, json: string): Buffer {
  return createHmac('sha256', key).update(`${direction}\n${ref}\n`).update(json).digest();
}
