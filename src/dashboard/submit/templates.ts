/** Beginnings for the field of a new mesh: one of each shape that people write most. All run without the token's rights but where they say so. */

export interface Template {
  readonly name: string;
  readonly text: string;
}

const DIAMOND = `name: diamond
description: One source, two ways, one end
tasks:
  extract: { wait: { durationMs: 1500 } }
  clean:   { wait: { durationMs: 2500 }, dependsOn: [extract] }
  audit:   { wait: { durationMs: 4000 }, dependsOn: [extract] }
  report:
    wait: { durationMs: 1000 }
    priority: HIGH
    dependsOn: [clean, { task: audit, type: SOFT }]
`;

const FAN_OUT = `name: fan out
tags: [example]
tasks:
  split: { wait: { durationMs: 500 } }
${Array.from({ length: 8 }, (_, index) => `  part-${index + 1}: { wait: { durationMs: ${1500 + ((index * 700) % 2500)} }, tags: [part], dependsOn: [split] }`).join('\n')}
  join:
    wait: { durationMs: 800 }
    dependsOn: [${Array.from({ length: 8 }, (_, index) => `part-${index + 1}`).join(', ')}]
`;

const COMMANDS = `name: commands
description: Real processes; needs the token
tasks:
  fetch:
    command: [node, -e, "console.log(JSON.stringify({ rows: 42 }))"]
    retryPolicy: { maxAttempts: 3, initialIntervalMs: 1000 }
  count:
    command: [node, -e, "console.log('rows:', process.argv[1])", "\${inputs.fetch.rows}"]
    dependsOn: [{ task: fetch, type: DATA }]
`;

const CIRCUIT = `name: bell pair
tasks:
  bell:
    circuit:
      source: 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;'
      shots: 1000
`;

export const TEMPLATES: readonly Template[] = [
  { name: 'Diamond', text: DIAMOND },
  { name: 'Fan-out', text: FAN_OUT },
  { name: 'Commands', text: COMMANDS },
  { name: 'Quantum circuit', text: CIRCUIT },
];
