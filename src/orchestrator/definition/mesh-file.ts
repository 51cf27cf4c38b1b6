/**
 * From the text of a mesh file (YAML, JSON, WfFormat) to a mesh, or to every fault with its line. Called by the
 * command line; it reads no disk itself, and judges by the same `check-mesh.ts` as every other door.
 */
import { atOnce } from '../../kit/turn.js';
import { Inspection, writePath } from './check/inspection.js';
import type { Step } from './check/inspection.js';
import { checkMeshInStages } from './check-mesh.js';
import { jsonTree } from './file/json-tree.js';
import { expandShorthand } from './file/shorthand.js';
import type { FileFault, Tree } from './file/tree.js';
import { isWfFormat, wfMesh } from './file/wf-format.js';
import { yamlTree } from './file/yaml-tree.js';
import type { CheckedMesh, MeshInput, TaskDefaults } from './mesh-input.js';

export type { FileFault } from './file/tree.js';

export interface MeshFileOptions {
  /** Its ending decides between JSON and YAML; without a known one, the first character does. */
  readonly fileName: string;
  /** Divides the recorded times of WfFormat; 1 when left out. */
  readonly speed?: number | undefined;
  readonly defaults: TaskDefaults;
}

export type MeshFile =
  | { readonly ok: true; readonly input: MeshInput; readonly mesh: CheckedMesh }
  | { readonly ok: false; readonly faults: readonly FileFault[] };

const BYTES_MAX = 64 * 1024 * 1024;

export interface Unreadable {
  readonly ok: false;
  readonly faults: readonly FileFault[];
}

function refuse(message: string): Unreadable {
  return { ok: false, faults: [{ path: '', message }] };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parse(text: string, fileName: string): Tree {
  const asJson = /\.json$/i.test(fileName) || (!/\.ya?ml$/i.test(fileName) && /^\s*\{/.test(text));
  return asJson ? jsonTree(text) : yamlTree(text);
}

export function placed(fault: { readonly message: string }, path: readonly Step[], tree: Tree): FileFault {
  return { path: writePath(path), message: fault.message, ...tree.positionOf(path) };
}

export function readMeshFile(bytes: Uint8Array, options: MeshFileOptions): MeshFile {
  const text = readText(bytes, options);
  return text.ok ? readMeshTree(text.tree, options) : text;
}

/** The file as values with their places, whatever they mean. */
export function readText(
  bytes: Uint8Array,
  { fileName }: Pick<MeshFileOptions, 'fileName'>,
): { readonly ok: true; readonly tree: Tree } | Unreadable {
  if (bytes.length > BYTES_MAX) return refuse(`must be at most ${BYTES_MAX / 1024 / 1024} MB`);
  const text = decode(bytes);
  if (text === undefined) return refuse('must be UTF-8 text');
  if (text.trim() === '') return refuse('must not be empty; write at least name and tasks');
  const tree = parse(text, fileName);
  return tree.faults.length > 0 ? { ok: false, faults: tree.faults } : { ok: true, tree };
}

export function readMeshTree(
  tree: Tree,
  { speed = 1, defaults }: Pick<MeshFileOptions, 'speed' | 'defaults'>,
): MeshFile {
  const written = isWfFormat(tree.value) ? wfMesh(tree, speed) : expandShorthand(tree);
  if (written.faults.length > 0) return { ok: false, faults: written.faults };
  const inspection = new Inspection('mesh');
  const checked = atOnce(checkMeshInStages(written.input, defaults, inspection));
  if (checked.ok) return { ok: true, input: written.input as MeshInput, mesh: checked.value };
  const faults = (checked.refusal.faults ?? []).map((fault, index) => {
    const place = inspection.places[index];
    return place === undefined ? fault : placed(fault, written.filePathOf(place), tree);
  });
  return { ok: false, faults };
}
