/** `taskmesh validate FILE...`: all faults of all files, each at its line; no server is asked. */
import { CliError, EXIT } from '../cli-error.js';
import { inspectDefinition, taskDefaults } from '../mesh-source.js';
import { counted } from '../output/counted.js';
import { showFault } from '../output/faults.js';
import type { Verb } from '../verb.js';
import { type DefinitionFile } from '../../orchestrator/template/definition-file.js';

async function inspect(file: string, verb: Verb): Promise<DefinitionFile> {
  try {
    return await inspectDefinition(file, {
      cwd: verb.shell.cwd,
      defaults: taskDefaults(verb.settings().config),
    });
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'UNREADABLE_FILE') throw error;
    return { ok: false, faults: [{ path: '', message: error.message }] };
  }
}

function valueOf(file: string, read: DefinitionFile): object {
  if (!read.ok) return { file, ok: false, faults: read.faults };
  if ('template' in read) {
    const { name, parameters } = read.template;
    return { file, ok: true, name, parameters: parameters.map((one) => one.name) };
  }
  return {
    file,
    ok: true,
    name: read.mesh.name,
    tasks: read.mesh.tasks.length,
    edges: read.mesh.edges.length,
  };
}

function show(file: string, read: DefinitionFile): string {
  if (read.ok && 'template' in read)
    return `${file}: a template with ${counted(read.template.parameters.length, 'parameter')}, no faults\n`;
  if (read.ok)
    return `${file}: ${counted(read.mesh.tasks.length, 'task')}, ${counted(read.mesh.edges.length, 'edge')}, no faults\n`;
  return read.faults.map((fault) => `${showFault({ ...fault, file })}\n`).join('');
}

export async function validate(verb: Verb, files: readonly string[]): Promise<number> {
  const read = await Promise.all(files.map(async (file) => ({ file, result: await inspect(file, verb) })));
  const ok = read.every(({ result }) => result.ok);
  verb.answer({ ok, files: read.map(({ file, result }) => valueOf(file, result)) }, () =>
    read.map(({ file, result }) => show(file, result)).join(''),
  );
  return ok ? EXIT.ok : EXIT.usage;
}
