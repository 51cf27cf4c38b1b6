/** Prints examples/fan-out.mesh.yaml; `npm test` holds the committed file against it. */
const leaves = 1000;
const name = (at) => `leaf-${String(at).padStart(4, '0')}`;
const lines = [
  '# 1,000 tasks side by side between one that comes first and one that comes last.',
  '# Run from the root of the repository: npx taskmesh run examples/fan-out.mesh.yaml',
  '# Made by examples/fan-out/generate.mjs.',
  'name: fan-out',
  'tags: [example]',
  'tasks:',
  '  split: { wait: 10ms }',
  ...Array.from({ length: leaves }, (_, at) => `  ${name(at + 1)}: { wait: 20ms, dependsOn: [split] }`),
  '  join:',
  '    dependsOn:',
  ...Array.from({ length: leaves }, (_, at) => `      - ${name(at + 1)}`),
];
process.stdout.write(`${lines.join('\n')}\n`);
