/** Proofs that the rules of floors and cycles can fail, and that they let pass what they should. */
import { describe, expect, it } from 'vitest';
import { complaintsOf } from './planted.js';
import { cycles } from './rules/cycles.js';
import { floors } from './rules/floors.js';

function importing(path: string, specifier: string): string[] {
  return complaintsOf(floors, { [path]: `// x\nimport type { A } from '${specifier}';` });
}

describe('floors', () => {
  it.each([
    ['src/kit/a.ts', '../mesh/graph.js'],
    ['src/mesh/a.ts', '../quantum/gate.js'],
    ['src/quantum/a.ts', '../mesh/graph.js'],
    ['src/mesh/a.ts', '../lifecycle/task.js'],
    ['src/lifecycle/a.ts', '../events/catalogue.js'],
    ['src/lifecycle/a.ts', '../quantum/gate.js'],
    ['src/events/a.ts', '../store/store.js'],
    ['src/store/store.ts', './postgres/postgres-store.js'],
    ['src/store/memory/a.ts', '../postgres/b.js'],
    ['src/store/a.ts', '../work/executor.js'],
    ['src/work/a.ts', '../layers/layer.js'],
    ['src/layers/layer.ts', './local/slots.js'],
    ['src/layers/local/a.ts', '../cluster/node.js'],
    ['src/layers/local/a.ts', '../../store/store.js'],
    ['src/orchestrator/a.ts', '../store/postgres/b.js'],
    ['src/orchestrator/a.ts', '../store/reading/b.js'],
    ['src/orchestrator/a.ts', '../work/http/guard.js'],
    ['src/orchestrator/a.ts', '../learning/model.js'],
    ['src/learning/a.ts', '../orchestrator/commands.js'],
    ['src/consciousness/a.ts', '../metrics/metrics.js'],
    ['src/metrics/a.ts', '../consciousness/level.js'],
    ['src/metrics/a.ts', '../lifecycle/task.js'],
    ['src/security/a.ts', '../api/errors.js'],
    ['src/api/graphql/task/task.resolver.ts', '../../../orchestrator/core/schedule.js'],
    ['src/api/a.ts', '../store/memory/memory-store.js'],
    ['src/api/a.ts', '../generated/prisma/client.js'],
    ['src/api/a.ts', '../cli/serve.js'],
    ['src/config/a.ts', '../store/memory/memory-store.js'],
    ['src/dashboard/page.ts', '../mesh/graph.js'],
    ['src/mesh/a.ts', '../../test/support/dag.js'],
    ['src/mesh/a.ts', '../stuff/a.js'],
  ])('refuses that %s imports %s', (path, specifier) => {
    expect(importing(path, specifier)).toEqual([
      expect.stringContaining(`${path}:2 imports '${specifier}': `),
    ]);
  });

  it.each([
    ['src/mesh/a.ts', '../kit/ids.js'],
    ['src/mesh/a.ts', './graph.js'],
    ['src/mesh/a.ts', 'node:assert'],
    ['src/store/postgres/sql/a.ts', '../../../generated/prisma/client.js'],
    ['src/store/postgres/sql/a.ts', '../../store.js'],
    ['src/layers/local/a.ts', '../../work/http/guard.js'],
    ['src/orchestrator/core/a.ts', '../definition/b.js'],
    ['src/orchestrator/a.ts', '../store/store.js'],
    ['src/learning/a.ts', '../orchestrator/advisor.js'],
    ['src/learning/a.ts', '../quantum/kernel.js'],
    ['src/consciousness/a.ts', '../learning/model.js'],
    ['src/api/graphql/a.ts', '../../orchestrator/commands.js'],
    ['src/api/rest/a.ts', '../../generated/client/graphql.js'],
    ['src/cli/a.ts', '../store/postgres/b.js'],
    ['src/app.ts', './layers/local/local-layer.js'],
    ['src/config.ts', './config/faults.js'],
    ['src/cli/a.ts', '../../package.json'],
  ])('lets %s import %s', (path, specifier) => {
    expect(importing(path, specifier)).toEqual([]);
  });

  it('sees every form of import', () => {
    const from = "'../events/bus.js'";
    const text = `export * from ${from};\nexport { a } from ${from};\nimport ${from};\nconst b = await import(${from});\ntype C = import(${from}).C;`;
    const found = complaintsOf(floors, { 'src/mesh/a.ts': text });
    expect(found.map((complaint) => complaint.split(' ')[0])).toEqual(
      [1, 2, 3, 4, 5].map((line) => `src/mesh/a.ts:${line}`),
    );
  });

  it('refuses a folder and a file that the table does not know', () => {
    const complaints = complaintsOf(floors, { 'src/stuff/a.ts': '', 'src/other.ts': '', 'src/mesh.ts': '' });
    expect(complaints).toEqual(
      ['src/stuff/a.ts', 'src/other.ts', 'src/mesh.ts'].map(
        (path) => `${path}:1 stands on no floor of DESIGN section 2`,
      ),
    );
  });
});

describe('cycles', () => {
  it('are found, types included, and the closing import is named', () => {
    const complaints = complaintsOf(cycles, {
      'src/mesh/a.ts': "import { b } from './b.js';",
      'src/mesh/b.ts': "\nimport type { C } from './c.js';",
      'src/mesh/c.ts': "// c\n\nexport { a } from './a.js';",
    });
    expect(complaints).toEqual([
      'src/mesh/c.ts:3 closes a cycle: src/mesh/a.ts -> src/mesh/b.ts -> src/mesh/c.ts -> src/mesh/a.ts',
    ]);
  });

  it('are found where a file imports itself, and behind a shared import', () => {
    expect(complaintsOf(cycles, { 'src/a.ts': "import './a.js';" })).toHaveLength(1);
    const shared = {
      'src/a.ts': "import './b.js'; import './c.js';",
      'src/b.ts': "import './c.js';",
      'src/c.ts': "import './b.js';",
    };
    expect(complaintsOf(cycles, shared)).toHaveLength(1);
  });

  it('are not seen in a diamond', () => {
    const diamond = {
      'src/a.ts': "import './b.js'; import './c.js';",
      'src/b.ts': "import './d.js';",
      'src/c.ts': "import './d.js';",
      'src/d.ts': '',
    };
    expect(complaintsOf(cycles, diamond)).toEqual([]);
  });
});
