/**
 * The check of `module` work: a path that stays below the module root and can be loaded. Called through
 * work-fields.ts. It never touches the disk; the executor checks again against the real root, symbolic links included.
 */
import type { ModuleWork } from '../../../lifecycle/work.js';
import { compact, record, text } from './checks.js';
import type { Check } from './inspection.js';
import { json } from './json-value.js';

const EXTENSIONS = ['.js', '.mjs', '.cjs', '.ts', '.mts'];
const INPUT_BYTES_MAX = 256 * 1024;

const pathText = text({ max: 1024 });

function wrongPath(path: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(path)) return 'must be a path, not an address or a drive';
  if (path.startsWith('/') || path.startsWith('~')) return 'must be relative to the module root';
  if (path.includes('\\')) return 'must separate folders with /';
  if (path.split('/').includes('..')) return 'must not lead out of the module root';
  if (/%(?:2e|2f|5c|00)/i.test(path)) return 'must be written plainly, without % escapes';
  if (!EXTENSIONS.some((extension) => path.endsWith(extension)))
    return `must end in ${EXTENSIONS.join(', ')}`;
  return undefined;
}

const path: Check<string> = (value, inspection) => {
  const read = pathText(value, inspection);
  if (read === undefined) return undefined;
  const rule = wrongPath(read);
  return rule === undefined
    ? read
    : inspection.fault({ rule, got: read, fix: 'write a path such as handlers/clean.ts' });
};

const exportName: Check<string> = (value, inspection) => {
  if (
    typeof value === 'string' &&
    value.length <= 256 &&
    /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(value)
  )
    return value;
  return inspection.fault({ rule: 'must be the name of an export', got: value });
};

const moduleFields = record({
  noun: 'module work',
  fields: { path, input: json(INPUT_BYTES_MAX), export: exportName },
  required: ['path'],
  elsewhere: {
    inputs: 'write input; outputs of other tasks arrive over DATA dependencies',
    module: 'write path',
  },
});

export const moduleWork: Check<ModuleWork> = (value, inspection) => {
  const read = moduleFields(value, inspection);
  if (read === undefined) return undefined;
  return compact(read) as ModuleWork;
};
