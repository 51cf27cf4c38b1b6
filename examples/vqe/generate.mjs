/** Writes examples/vqe.mesh.yaml: node examples/vqe/generate.mjs > examples/vqe.mesh.yaml */
const STEPS = 7;
const lines = [
  '# A variational loop: the ground state energy of molecular hydrogen, to within a thousandth of a Hartree.',
  '# Circuits measure the energy on the quantum layer, a module moves the angle downhill, and DATA edges carry both.',
  '# Run from the root of the repository: npx taskmesh run examples/vqe.mesh.yaml',
  '# Made by examples/vqe/generate.mjs.',
  'name: vqe-hydrogen',
  'tags: [example, quantum]',
  'tasks:',
  '  angle-0:',
  '    module: { path: examples/vqe/descend.mjs, input: { theta: 2.5 } }',
];

function circuit(step, name, member) {
  const isFirst = step === 0 && name === 'here';
  const body = isFirst
    ? [
        '    circuit: &energy',
        '      source: |',
        '        OPENQASM 3.0;',
        '        include "stdgates.inc";',
        '        input float theta;',
        '        qubit[2] q;',
        '        x q[0];',
        '        ry(theta) q[1];',
        '        cx q[1], q[0];',
        '      want: { expectations: [IZ, ZI, ZZ, XX] }',
        `      parameters: { theta: "\${inputs.angle-${step}.${member}}" }`,
      ]
    : [`    circuit: { <<: *energy, parameters: { theta: "\${inputs.angle-${step}.${member}}" } }`];
  lines.push(`  ${name}-${step}:`, ...body, `    dependsOn: [{ task: angle-${step}, type: DATA }]`);
}

for (let step = 0; step < STEPS; step++) {
  circuit(step, 'here', 'theta');
  circuit(step, 'left', 'left');
  circuit(step, 'right', 'right');
  const isLast = step === STEPS - 1;
  const from = [
    `[angle, angle-${step}]`,
    ...['here', 'left', 'right'].map((name) => `[${name}, ${name}-${step}]`),
  ];
  lines.push(
    `  ${isLast ? 'ground-state' : `angle-${step + 1}`}:`,
    '    module:',
    '      path: examples/vqe/descend.mjs',
    `      input: { step: ${step}, last: ${isLast}, from: [${from.join(', ')}] }`,
    '    dependsOn:',
    ...[`angle-${step}`, `here-${step}`, `left-${step}`, `right-${step}`].map(
      (task) => `      - { task: ${task}, type: DATA }`,
    ),
  );
}
console.log(lines.join('\n'));
