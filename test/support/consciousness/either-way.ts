/**
 * The core is complete without consciousness, and is the same with it: of the files of tests that start servers of the core one half
 * runs with it and one half without, which half is a matter of the file's name. TASKMESH_TEST_CONSCIOUSNESS=on or off has all of
 * them one way. What is about consciousness or learning, or told by it, has it.
 */
import { expect } from 'vitest';

const ABOUT_IT = ['/consciousness/', '/learning/', '/browser/', '/attack/', '/alerts/', '/servers/alike'];

export function hasConsciousness(path = expect.getState().testPath ?? ''): boolean {
  if (ABOUT_IT.some((part) => path.includes(part))) return true;
  const forced = process.env.TASKMESH_TEST_CONSCIOUSNESS;
  if (forced !== undefined) return forced !== 'off';
  const letters = [...path.slice(path.lastIndexOf('/test/'))];
  return letters.reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % 2 === 0;
}

/** For the environment of a server in a process of its own. */
export function consciousnessVariables(): { readonly TASKMESH_CONSCIOUSNESS__ENABLED: string } {
  return { TASKMESH_CONSCIOUSNESS__ENABLED: String(hasConsciousness()) };
}
