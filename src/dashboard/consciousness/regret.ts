/** Seconds against the static rule, as words with their sign: below 0 it paid. */
import { figure } from '../parts/words.js';

export function signedSeconds(seconds: number | null | undefined): string {
  if (seconds == null) return '–';
  if (seconds === 0) return '0 s';
  return `${seconds < 0 ? '−' : '+'}${figure(Math.abs(seconds))} s`;
}
