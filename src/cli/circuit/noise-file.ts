/** The noise model of `circuit run --noise MODEL.json`, or one that has a name. */
import { NOISE_MODEL_NAMES, namedModel } from '../../quantum/noise/named-models.js';
import type { NoiseModel } from '../../quantum/noise/noise-model.js';
import { readNoiseModel } from '../../quantum/noise/read-noise-model.js';
import { QuantumFault } from '../../quantum/quantum-fault.js';
import { CliError, EXIT } from '../cli-error.js';
import { readText } from './circuit-file.js';

function refuse(file: string, why: string): CliError {
  return new CliError(`${file} is no noise model: ${why}`, {
    exitCode: EXIT.usage,
    code: 'NOISE_INVALID',
    next: `write { "gates": { "*1": [{ "type": "depolarizing", "p": 0.01 }] } }, for example, or name one of ${NOISE_MODEL_NAMES.join(', ')}`,
  });
}

export async function readNoise(file: string, cwd: string): Promise<NoiseModel> {
  if ((NOISE_MODEL_NAMES as readonly string[]).includes(file)) return namedModel(file);
  const text = await readText(file, cwd);
  try {
    return readNoiseModel(JSON.parse(text));
  } catch (error) {
    if (error instanceof QuantumFault || error instanceof SyntaxError) throw refuse(file, error.message);
    throw error;
  }
}
