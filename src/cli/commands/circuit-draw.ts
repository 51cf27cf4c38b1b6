/** `taskmesh circuit draw FILE [--svg OUT]`: the picture of a circuit, in the terminal or as a file; no server is asked. */
import { resolve } from 'node:path';
import { circuitSvg } from '../../quantum/draw/circuit-svg.js';
import { circuitText } from '../../quantum/draw/circuit-text.js';
import { needCircuit, writeText } from '../circuit/circuit-file.js';
import { plainText } from '../output/plain-text.js';
import type { Verb } from '../verb.js';

export interface DrawOptions {
  readonly svg?: string;
  readonly width?: number;
}

const defaultWidth = 100;

export async function drawCircuit(verb: Verb, file: string, { svg, width }: DrawOptions): Promise<void> {
  const { cwd, stdout } = verb.shell;
  const circuit = await needCircuit(file, cwd);
  if (svg !== undefined) {
    const path = resolve(cwd, svg);
    await writeText(path, circuitSvg(circuit, file));
    return verb.answer({ file, written: path }, `${path}\n`);
  }
  const text = circuitText(circuit, width ?? stdout.columns ?? defaultWidth);
  const shown = text.split('\n').map(plainText).join('\n');
  verb.answer({ file, text: shown }, shown);
}
