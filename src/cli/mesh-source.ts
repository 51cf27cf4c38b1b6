/**
 * Mesh files on disk. Called by the verbs that take FILE; a file that cannot be read or has faults ends the command
 * with all of them, each at its line.
 */
import { counted } from './output/counted.js';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '../config.js';
import type { SubmitMeshInput } from '../generated/graphql/graphql.js';
import { type FileFault, type MeshFile, readMeshFile } from '../orchestrator/definition/mesh-file.js';
import { type DefinitionFile, readDefinitionFile } from '../orchestrator/template/definition-file.js';
import type { CheckedMesh, TaskDefaults } from '../orchestrator/definition/mesh-input.js';
import { CliError, EXIT } from './cli-error.js';

export function taskDefaults({ execution }: Config): TaskDefaults {
  return { maxAttempts: execution.retryAttempts, executionTimeoutMs: execution.timeoutSeconds * 1000 };
}

export interface SourceOptions {
  readonly cwd: string;
  readonly speed?: number | undefined;
  readonly defaults: TaskDefaults;
}

async function readBytes(file: string, cwd: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(cwd, file));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code;
    const next = 'name a mesh file (YAML, JSON or WfFormat)';
    throw new CliError(`cannot read ${file}: ${why}`, {
      exitCode: EXIT.usage,
      code: 'UNREADABLE_FILE',
      next,
    });
  }
}

export async function inspectFile(file: string, { cwd, speed, defaults }: SourceOptions): Promise<MeshFile> {
  return readMeshFile(await readBytes(file, cwd), { fileName: file, speed, defaults });
}

/** With `parameters` at its top it is a template. */
export async function inspectDefinition(
  file: string,
  { cwd, speed, defaults }: SourceOptions,
): Promise<DefinitionFile> {
  return readDefinitionFile(await readBytes(file, cwd), { fileName: file, speed, defaults });
}

export interface LoadedMesh {
  /** To be submitted. */
  readonly input: SubmitMeshInput;
  readonly mesh: CheckedMesh;
}

export async function loadMesh(file: string, options: SourceOptions): Promise<LoadedMesh> {
  const read = await inspectFile(file, options);
  // A task on its own may lack a key, which is all that separates the two types; one of a file has been checked for it.
  if (read.ok) return { input: read.input as SubmitMeshInput, mesh: read.mesh };
  throw faulty(file, read.faults);
}

export function faulty(file: string, found: readonly FileFault[]): CliError {
  const count = counted(found.length, 'fault');
  const faults = found.map((fault) => ({ ...fault, file }));
  return new CliError(`${file} has ${count}`, {
    exitCode: EXIT.usage,
    code: 'INVALID_INPUT',
    faults,
    next: `mend it, then check it with \`taskmesh validate ${file}\``,
  });
}
