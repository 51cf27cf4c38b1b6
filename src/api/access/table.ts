/** The table of access as a page for people, docs/access.md. Written by `npm run emit`; a test proves it fresh. */
import { isAtLeast, type Role, ROLES } from '../../lifecycle/role.js';
import { ROUTES } from '../rest/routes.js';
import { rootFieldOf } from '../rest/route.js';
import { type Access, FIELDS } from './matrix.js';
import { PLACES } from './places.js';

const INTRODUCTION = `# Who may do what

Written by \`npm run emit\` from [the table in the code](../src/api/access/matrix.ts), where every operation has its row:
what has none does not start. *mesh* is within the caller's tenant: what belongs to another does not exist for it.
*system* is about the server and what was found about everybody's work, and is for callers of the tenant \`default\`. Whether
work runs code, which takes a DEVELOPER, is looked up in the work itself, whichever operation brings it.
What the roles are, and who gets which, is in [SECURITY.md](SECURITY.md).
`;

const head = `| operation | ${ROLES.join(' | ')} | reach | REST |\n|---|${':-:|'.repeat(ROLES.length)}---|---|`;

function marks(needed: Role): string {
  return ROLES.map((role) => (isAtLeast(role, needed) ? '✓' : ' ')).join(' | ');
}

function routesOf(name: string): string {
  const behind = ROUTES.filter((route) => route.kind !== 'face' && rootFieldOf(route) === name);
  return behind.map(({ method, path }) => `\`${method} ${path}\``).join(' ');
}

function row(name: string, { role, reach }: Access, rest: string): string {
  return `| ${name} | ${marks(role)} | ${reach} | ${rest} |`;
}

function place([path, access]: [string, unknown]): string[] {
  if (access === 'field') return [];
  if (access === 'public') return [`| \`${path}\` | ✓ | ✓ | ✓ | ✓ | everybody, without a token | |`];
  return [row(`\`${path}\``, access as Access, '')];
}

export function accessPage(): string {
  const sections = ['Query', 'Mutation', 'Subscription'].map((root) => {
    const rows = Object.entries(FIELDS).filter(([name]) => name.startsWith(`${root}.`));
    const lines = rows.map(([name, access]) => row(`\`${name.split('.')[1]}\``, access, routesOf(name)));
    return `## ${root === 'Query' ? 'Queries' : `${root}s`}\n${head}\n${lines.join('\n')}\n`;
  });
  const pages = Object.entries(PLACES).flatMap(place);
  return [INTRODUCTION, ...sections, `## Pages and probes\n${head}\n${pages.join('\n')}\n`].join('\n');
}
