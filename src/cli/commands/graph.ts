/** `taskmesh graph FILE|MESH [--format text|svg] [-o FILE]`: the picture of a file, or of a mesh with its states. */
import { stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { connect } from '../client/connect.js';
import { resolveMesh } from '../client/resolve-target.js';
import { CliError, EXIT } from '../cli-error.js';
import { type GraphModel, graphFromServer, graphOfMesh } from '../graph/graph-model.js';
import { graphSvg } from '../graph/graph-svg.js';
import { graphText } from '../graph/graph-text.js';
import { layersOf } from '../graph/layers.js';
import { loadMesh, taskDefaults } from '../mesh-source.js';
import { styleFor } from '../output/style.js';
import type { Verb } from '../verb.js';

export interface GraphOptions {
  readonly format?: 'text' | 'svg';
  readonly output?: string;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function load(verb: Verb, text: string): Promise<GraphModel> {
  const settings = verb.settings();
  const { cwd } = verb.shell;
  const looksLikeFile = /\.(ya?ml|json)$/i.test(text) || (await isFile(resolve(cwd, text)));
  if (looksLikeFile)
    return graphOfMesh((await loadMesh(text, { cwd, defaults: taskDefaults(settings.config) })).mesh);
  const client = await connect(settings);
  return graphFromServer(client, await resolveMesh(client, text));
}

function valueOf(model: GraphModel): object {
  const key = (task: number): string => model.tasks[task]?.key ?? '';
  const edges = model.links.map(({ source, target, type, weight }) => ({
    source: key(source),
    target: key(target),
    type,
    weight,
  }));
  return {
    name: model.name,
    layers: layersOf(model).map((layer) => layer.map(key)),
    tasks: model.tasks,
    edges,
  };
}

async function write(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new CliError(`cannot write ${path}: ${why}`, {
      exitCode: EXIT.usage,
      code: 'UNWRITABLE_FILE',
      next: 'name a file in a folder that exists with -o',
    });
  }
}

export async function graph(verb: Verb, text: string, { format, output }: GraphOptions): Promise<void> {
  const model = await load(verb, text);
  const asSvg = format === 'svg' || (format === undefined && output?.endsWith('.svg') === true);
  if (output === undefined) {
    verb.answer(valueOf(model), () => (asSvg ? graphSvg(model) : graphText(model, styleFor(verb.shell))));
    return;
  }
  const path = resolve(verb.shell.cwd, output);
  const plain = styleFor({
    ...verb.shell,
    env: { ...verb.shell.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  await write(path, asSvg ? graphSvg(model) : graphText(model, plain));
  verb.answer({ written: path, ...valueOf(model) }, `${path}\n`);
}
