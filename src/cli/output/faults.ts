/** Faults of files as `file:line:column place message`, which editors and terminals make clickable. */
import type { FileFault } from '../../orchestrator/definition/mesh-file.js';
import { plainText } from './plain-text.js';

export function showFault(fault: FileFault & { readonly file?: string }): string {
  const position = fault.line === undefined ? '' : `:${fault.line}:${fault.column ?? 1}`;
  const place = fault.file === undefined ? '' : `${fault.file}${position}: `;
  return plainText(`${place}${fault.path === '' ? '' : `${fault.path} `}${fault.message}`);
}
