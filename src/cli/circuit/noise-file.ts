/** The noise model of `circuit run --noise MODEL.json`. Its shape is checked here, what its numbers mean by the engine. */
import { NoisePlan } from '../../quantum/noise/noise-plan.js';
import type { NoiseModel } from '../../quantum/noise/noise-model.js';
import { CliError, EXIT } from '../cli-error.js';
import { readText } from './circuit-file.js';

function refuse(file: string, why: string): CliError {
  return new CliError(`${file} is no noise model: ${why}`, {
    exitCode: EXIT.usage,
    code: 'NOISE_INVALID',
    next: 'write { "gates": { "*1": [{ "type": "depolarizing", "p": 0.01 }] } }, for example',
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function areChannels(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => isRecord(one) && typeof one.type === 'string');
}

function isReadout(value: unknown): boolean {
  const isRow = (row: unknown): boolean =>
    Array.isArray(row) && row.length === 2 && row.every(Number.isFinite);
  return Array.isArray(value) && value.length === 2 && value.every(isRow);
}

function isLocal(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.gate === 'string' &&
    Array.isArray(value.qubits) &&
    value.qubits.every(Number.isInteger) &&
    areChannels(value.channels)
  );
}

const parts: Readonly<Record<keyof NoiseModel, (value: unknown) => boolean>> = {
  gates: (value) => isRecord(value) && Object.values(value).every(areChannels),
  local: (value) => Array.isArray(value) && value.every(isLocal),
  readout: isReadout,
  readoutOfBit: (value) => isRecord(value) && Object.values(value).every(isReadout),
};

function shapeFault(model: unknown): string | undefined {
  if (!isRecord(model)) return 'it is no JSON object';
  for (const [name, value] of Object.entries(model)) {
    const known = Object.hasOwn(parts, name) ? parts[name as keyof NoiseModel] : undefined;
    if (known === undefined) return `\`${name}\` is not one of ${Object.keys(parts).join(', ')}`;
    if (!known(value)) return `\`${name}\` does not have the form that it needs`;
  }
  return undefined;
}

export async function readNoise(file: string, cwd: string): Promise<NoiseModel> {
  const text = await readText(file, cwd);
  let model: unknown;
  try {
    model = JSON.parse(text);
  } catch (error) {
    throw refuse(file, error instanceof Error ? error.message : String(error));
  }
  const fault = shapeFault(model);
  if (fault !== undefined) throw refuse(file, fault);
  try {
    new NoisePlan(model as NoiseModel);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'NOISE_INVALID') throw error;
    throw refuse(file, (error as Error).message);
  }
  return model as NoiseModel;
}
