/**
 * Reading a text where others wait for the thread: at most some milliseconds, or not at all. Called by the engine, which gives
 * longer texts to its coordinator, and when a mesh is checked, where longer texts are left to the run.
 */
import { type CircuitReading, readCircuit } from './read.js';

const TEXT_LENGTH_MAX = 8_192;
const COST = { operations: 2_000, evaluations: 20_000 };

/** Undefined where it takes longer to say whether the text is right. */
export function readBriefly(text: string): CircuitReading | undefined {
  if (text.length > TEXT_LENGTH_MAX) return undefined;
  const reading = readCircuit(text, COST);
  return !reading.ok && reading.faults.some(({ code }) => code === 'LIMIT') ? undefined : reading;
}
