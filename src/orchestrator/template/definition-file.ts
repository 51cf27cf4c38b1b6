/**
 * A file that defines a mesh, or with `parameters` at its top a template: read, checked, and every fault at its line. Called
 * by the command line and for what is pasted into the page.
 */
import type { JsonObject } from '../../kit/json.js';
import type { TemplateText } from '../../store/templates.js';
import { isRecord } from '../definition/check/checks.js';
import { Inspection, type Step } from '../definition/check/inspection.js';
import { expandShorthand } from '../definition/file/shorthand.js';
import type { Tree } from '../definition/file/tree.js';
import {
  type MeshFile,
  type MeshFileOptions,
  placed,
  readMeshTree,
  readText,
} from '../definition/mesh-file.js';
import { checkTemplate } from './check-template.js';
import { parametersIn } from './fill-references.js';

export interface FileTemplate extends TemplateText {
  /** Of its mesh; null where that has parameters in it. */
  readonly name: string | null;
}

export type DefinitionFile = MeshFile | { readonly ok: true; readonly template: FileTemplate };

export function readDefinitionFile(bytes: Uint8Array, options: MeshFileOptions): DefinitionFile {
  const text = readText(bytes, options);
  if (!text.ok) return text;
  const { tree } = text;
  if (isRecord(tree.value) && tree.value.parameters != null) return readTemplate(tree, options);
  return readMeshTree(tree, options);
}

/** As `template save` takes it: a mesh without parameters is a template as well. */
export function asTemplate(file: DefinitionFile & { readonly ok: true }): FileTemplate {
  if ('template' in file) return file.template;
  const definition = file.input as unknown as JsonObject;
  return { name: nameOf(definition), description: file.mesh.description, parameters: [], definition };
}

function readTemplate(tree: Tree, { defaults }: MeshFileOptions): DefinitionFile {
  const written = expandShorthand(tree);
  if (written.faults.length > 0) return { ok: false, faults: written.faults };
  const { parameters, ...definition } = written.input as { readonly parameters: unknown };
  const named = isRecord(parameters);
  const description = 'description' in definition ? definition.description : undefined;
  const input = { parameters: named ? listed(parameters) : parameters, definition };
  const inspection = new Inspection('template');
  const checked = checkTemplate(input, defaults, inspection);
  if (checked.ok) {
    const about =
      typeof description === 'string' && parametersIn(description).length === 0 ? description : null;
    return {
      ok: true,
      template: { ...checked.value, name: nameOf(checked.value.definition), description: about },
    };
  }
  const pathOf = ([first, ...rest]: readonly Step[]): readonly Step[] => {
    if (first === 'definition') return written.filePathOf(rest);
    const [index, ...below] = rest;
    if (first !== 'parameters' || !named || typeof index !== 'number')
      return first === undefined ? [] : [first, ...rest];
    return ['parameters', Object.keys(parameters)[index] as string, ...(below[0] === 'name' ? [] : below)];
  };
  const faults = (checked.refusal.faults ?? []).map((fault, index) => {
    const place = inspection.places[index];
    return place === undefined ? fault : placed(fault, pathOf(place), tree);
  });
  return { ok: false, faults };
}

/** By name, as files have them; types may be in small letters. */
function listed(parameters: Readonly<Record<string, unknown>>): unknown[] {
  return Object.entries(parameters).map(([name, written]) => {
    if (!isRecord(written)) return typeof written === 'string' ? { name, type: upper(written) } : written;
    return { name, ...written, ...('type' in written ? { type: upper(written.type) } : {}) };
  });
}

function upper(type: unknown): unknown {
  return typeof type === 'string' ? type.toUpperCase() : type;
}

function nameOf({ name }: JsonObject): string | null {
  return typeof name === 'string' && parametersIn(name).length === 0 ? name : null;
}
