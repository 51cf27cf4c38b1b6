/** The floors of DESIGN section 2: a folder imports itself and what the table grants it, types included. */
import { dirname } from 'node:path';
import type { Complaint, Import, Rule, SourceFile } from '../source-file.js';

/**
 * Who may import what. `kit` grants the folder, `store/*` only the files directly in it (its face), `x/y.ts` one file.
 * A seam's implementation folder is a unit of its own.
 */
const values = ['kit', 'mesh', 'quantum', 'lifecycle', 'events'];
const seams = [
  'store',
  'work',
  'layers',
  'orchestrator',
  'learning',
  'consciousness',
  'metrics',
  'alerts',
  'security',
];
const faces = [...values, ...seams].map((name) => `${name}/*`);
const grants: Readonly<Record<string, readonly string[]>> = {
  kit: [],
  mesh: ['kit'],
  quantum: ['kit'],
  lifecycle: ['kit', 'mesh'],
  events: ['kit', 'mesh', 'quantum', 'lifecycle'],
  store: values,
  'store/postgres': [...values, 'store', 'generated'],
  'store/memory': [...values, 'store'],
  work: values,
  layers: [...values, 'work'],
  'layers/local': [...values, 'work', 'layers'],
  'layers/cluster': [...values, 'work', 'layers'],
  'layers/quantum-sim': [...values, 'work', 'layers'],
  orchestrator: [...values, 'store/*', 'work/*', 'layers/*'],
  learning: [...values, 'store/*', 'orchestrator/advisor.ts'],
  consciousness: [...values, 'store/*', 'orchestrator/advisor.ts', 'learning'],
  metrics: ['kit', 'events'],
  telemetry: ['kit'],
  alerts: [...values, 'store/*', 'work', 'metrics'],
  security: [...values, 'store/*'],
  // The definition of a mesh (DESIGN 6a) is one shape for the API, the files and the orchestrator.
  api: [
    ...faces,
    'kit/trace/*',
    'orchestrator/definition/*',
    'orchestrator/template/*',
    'orchestrator/schedule/schedules.ts',
    'generated',
  ],
  dashboard: ['generated'],
};

/** Floor 10 imports everything; of it, only these assemble the program and so name implementations. */
const topFloor = ['app', 'main', 'cli', 'config', 'logging'];
const assemblers = ['app', 'main', 'cli'];
const implementations = Object.keys(grants).filter((unit) => unit.includes('/'));
/** What of the project outside `src/` may be imported, and by whom. */
const outside: Readonly<Record<string, readonly string[]>> = {
  schema: ['api', 'dashboard', 'app', 'main', 'cli'],
  'package.json': ['app', 'main', 'cli', 'api'],
};

/** The row of the table a file belongs to: `store/postgres`, `mesh`, `app`; undefined where the table has none. */
export function unitOf(path: string): string | undefined {
  const [, folder = '', sub = ''] = path.split('/');
  if (implementations.includes(`${folder}/${sub}`)) return `${folder}/${sub}`;
  const name = folder.replace(/\.tsx?$/, '');
  const isFile = name !== folder;
  if (topFloor.includes(name)) return name;
  return !isFile && (name in grants || name === 'generated') ? name : undefined;
}

function granted(grant: string, path: string): boolean {
  if (grant.endsWith('.ts')) return path === `src/${grant}`;
  if (grant.endsWith('/*')) return dirname(path) === `src/${grant.slice(0, -2)}`;
  return unitOf(path) === grant;
}

/** Why this import is refused; undefined where it is not. */
function refusal(from: string, target: string): string | undefined {
  if (!target.startsWith('src/')) {
    return outside[target.split('/')[0] ?? '']?.includes(from) ? undefined : 'it is outside src/';
  }
  const to = unitOf(target);
  if (to === undefined) return 'it has no floor';
  if (from === to) return undefined;
  if (topFloor.includes(from))
    return implementations.includes(to) && !assemblers.includes(from)
      ? 'only the composition root names an implementation'
      : undefined;
  if (target.startsWith('src/generated/prisma') && from !== 'store/postgres')
    return 'only store/postgres knows Prisma';
  return grants[from]?.some((grant) => granted(grant, target))
    ? undefined
    : `${from} may import ${grants[from]?.join(', ') || 'nothing'}`;
}

function judge(file: SourceFile, unit: string, { target, line, specifier }: Import): Complaint[] {
  const why = target === undefined ? undefined : refusal(unit, target);
  return why === undefined ? [] : [{ file: file.path, line, message: `imports '${specifier}': ${why}` }];
}

export const floors: Rule = (files) => {
  return files.flatMap((file) => {
    const unit = unitOf(file.path);
    if (unit === undefined)
      return [{ file: file.path, line: 1, message: 'stands on no floor of DESIGN section 2' }];
    return file.imports.flatMap((one) => judge(file, unit, one));
  });
};
