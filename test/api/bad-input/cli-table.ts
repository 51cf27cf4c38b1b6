/**
 * Bad invocations of the command line as data: arguments, files and environment, and what must come of them. None of
 * them may start or reach a server. Run in this process and through the built program.
 */

export interface BadInvocation {
  readonly title: string;
  readonly argv: readonly string[];
  /** Written into the working directory before. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly exitCode: number;
  /** On stderr, or in the JSON document on stdout with --json. */
  readonly says: RegExp;
}

const badMesh = { 'bad.yaml': 'name: bad\ntasks:\n  a: { wait: 1, dependsOn: [b] }\n' };
const goodMesh = { 'good.yaml': 'name: good\ntasks: { a: { wait: 1 } }\n' };

const usage: readonly BadInvocation[] = [
  { title: 'no verb', argv: [], exitCode: 2, says: /Usage: taskmesh/ },
  {
    title: 'an unknown verb',
    argv: ['rnu', 'a.yaml'],
    exitCode: 2,
    says: /unknown command 'rnu'\n.*Did you mean run\?/,
  },
  {
    title: 'an unknown option',
    argv: ['run', '--sped', '3', 'a.yaml'],
    exitCode: 2,
    says: /unknown option '--sped'\n.*Did you mean --speed\?/,
  },
  { title: 'run without a file', argv: ['run'], exitCode: 2, says: /missing required argument 'file'/ },
  {
    title: 'validate without a file',
    argv: ['validate'],
    exitCode: 2,
    says: /missing required argument 'files'/,
  },
  { title: 'run with two files', argv: ['run', 'a.yaml', 'b.yaml'], exitCode: 2, says: /too many arguments/ },
  { title: 'a speed of zero', argv: ['run', 'a.yaml', '--speed', '0'], exitCode: 2, says: /number above 0/ },
  {
    title: 'a negative speed',
    argv: ['run', 'a.yaml', '--speed', '-3'],
    exitCode: 2,
    says: /number above 0/,
  },
  {
    title: 'a speed without a number',
    argv: ['run', 'a.yaml', '--speed'],
    exitCode: 2,
    says: /argument missing/,
  },
  {
    title: 'a concurrency of 0',
    argv: ['run', 'a.yaml', '--concurrency', '0'],
    exitCode: 2,
    says: /from 1 to 99999/,
  },
  { title: 'a port that is none', argv: ['serve', '--port', '70000'], exitCode: 2, says: /from 0 to 65535/ },
  { title: 'a port in words', argv: ['status', '--port', 'http'], exitCode: 2, says: /from 0 to 65535/ },
  {
    title: 'an address of another kind',
    argv: ['status', '--url', 'ftp://host'],
    exitCode: 2,
    says: /--url must be an http or https address/,
  },
  {
    title: 'an unknown format',
    argv: ['graph', 'a.yaml', '--format', 'png'],
    exitCode: 2,
    says: /Allowed choices are text, svg/,
  },
  { title: 'an attempt of 0', argv: ['logs', 'a', '--attempt', '0'], exitCode: 2, says: /from 1 to 99999/ },
  {
    title: 'two ways of rerunning',
    argv: ['rerun', 'm', '--all', '--from-failure'],
    exitCode: 2,
    says: /exclude each other/,
  },
];

const files: readonly BadInvocation[] = [
  {
    title: 'a file that is not there',
    argv: ['run', 'nowhere.yaml'],
    exitCode: 2,
    says: /cannot read nowhere\.yaml: there is no such file/,
  },
  { title: 'a folder', argv: ['run', '.'], exitCode: 2, says: /it is a folder/ },
  {
    title: 'a file with a fault',
    argv: ['run', 'bad.yaml'],
    files: badMesh,
    exitCode: 2,
    says: /bad\.yaml:3:29: tasks\.a\.dependsOn\[0\] must name a task/,
  },
  {
    title: 'a fault as JSON',
    argv: ['run', 'bad.yaml', '--json'],
    files: badMesh,
    exitCode: 2,
    says: /"code":"INVALID_INPUT".*"line":3/,
  },
  {
    title: 'submitting a file with a fault',
    argv: ['submit', 'bad.yaml'],
    files: badMesh,
    exitCode: 2,
    says: /bad\.yaml has 1 fault/,
  },
  {
    title: 'drawing a file with a fault',
    argv: ['graph', 'bad.yaml'],
    files: badMesh,
    exitCode: 2,
    says: /bad\.yaml has 1 fault/,
  },
  {
    title: 'one bad file among good ones',
    argv: ['validate', 'good.yaml', 'bad.yaml'],
    files: { ...badMesh, ...goodMesh },
    exitCode: 2,
    says: /bad\.yaml:3:29/,
  },
  {
    title: 'a missing file among good ones',
    argv: ['validate', 'good.yaml', 'nowhere.yaml'],
    files: goodMesh,
    exitCode: 2,
    says: /no such file/,
  },
  {
    title: 'a file name that steers terminals',
    argv: ['run', '\u001b[2Jx.yaml'],
    exitCode: 2,
    says: /cannot read \\u001b\[2Jx\.yaml/,
  },
  {
    title: 'a picture in a folder that is not there',
    argv: ['graph', 'good.yaml', '-o', 'no/where.svg'],
    files: goodMesh,
    exitCode: 2,
    says: /cannot write .*ENOENT/,
  },
];

const configuration: readonly BadInvocation[] = [
  {
    title: 'an unknown key of the configuration',
    argv: ['config'],
    files: { 'taskmesh.toml': '[server]\nprot = 1\n' },
    exitCode: 2,
    says: /taskmesh\.toml:2: server\.prot .*\n.*did you mean server\.port/,
  },
  {
    title: 'a broken configuration',
    argv: ['config'],
    files: { 'taskmesh.toml': '[server\n' },
    exitCode: 2,
    says: /must be TOML/,
  },
  {
    title: 'a configuration that is not there',
    argv: ['config', '--config', 'other.toml'],
    exitCode: 2,
    says: /must be readable/,
  },
  {
    title: 'a wrong variable',
    argv: ['config'],
    env: { TASKMESH_SERVER__PORT: 'many' },
    exitCode: 2,
    says: /TASKMESH_SERVER__PORT/,
  },
];

const servers: readonly BadInvocation[] = [
  { title: 'no server', argv: ['status'], exitCode: 1, says: /no server answers.*\n?.*taskmesh serve/ },
  { title: 'no server, as JSON', argv: ['status', '--json'], exitCode: 1, says: /"code":"NO_SERVER"/ },
  {
    title: 'a server that is gone',
    argv: ['status', '--url', 'http://127.0.0.1:9'],
    exitCode: 1,
    says: /no server answers at http:\/\/127\.0\.0\.1:9/,
  },
  {
    title: 'submitting to nobody',
    argv: ['submit', 'good.yaml'],
    files: goodMesh,
    exitCode: 1,
    says: /no server answers/,
  },
  { title: 'cancelling at nobody', argv: ['cancel', 'x'], exitCode: 1, says: /no server answers/ },
];

const bell = { 'bell.qasm': 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\nh q[0];\ncx q[0], q[1];\n' };
const faulty = { 'faulty.qasm': 'OPENQASM 2.0;\nqreg q[2];\n  hh q[0];\n' };

const circuits: readonly BadInvocation[] = [
  { title: 'circuit without a verb', argv: ['circuit'], exitCode: 2, says: /Usage: taskmesh circuit/ },
  {
    title: 'an unknown verb of circuits',
    argv: ['circuit', 'rnu', 'a.qasm'],
    exitCode: 2,
    says: /unknown command 'rnu'\n.*Did you mean run\?/,
  },
  {
    title: 'a circuit with a fault',
    argv: ['circuit', 'run', 'faulty.qasm'],
    files: faulty,
    exitCode: 2,
    says: /^faulty\.qasm:3:3: UNKNOWN_GATE: there is no gate `hh`/,
  },
  {
    title: 'a circuit with a fault, as JSON',
    argv: ['circuit', 'run', 'faulty.qasm', '--probabilities', '--json'],
    files: faulty,
    exitCode: 2,
    says: /"error":\{"code":"UNKNOWN_GATE","message":"[^"]+","line":3,"column":3\}/,
  },
  {
    title: 'a circuit with a fault that is to be drawn',
    argv: ['circuit', 'draw', 'faulty.qasm'],
    files: faulty,
    exitCode: 2,
    says: /faulty\.qasm:3:3: there is no gate/,
  },
  {
    title: 'a circuit that is not there',
    argv: ['circuit', 'validate', 'nothing.qasm'],
    exitCode: 2,
    says: /UNREADABLE_FILE: .*there is no such file/,
  },
  {
    title: 'a circuit that is too large',
    argv: ['circuit', 'run', 'large.qasm', '--probabilities'],
    files: { 'large.qasm': 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[40];\nh q;\n' },
    exitCode: 1,
    says: /^large\.qasm:3:6: CIRCUIT_TOO_LARGE: 40 qubits need 16 TiB/,
  },
  {
    title: 'a number of shots that is none',
    argv: ['circuit', 'run', 'bell.qasm', '--shots', '0'],
    files: bell,
    exitCode: 2,
    says: /from 1 to 10000000/,
  },
  {
    title: 'shots of what is exact',
    argv: ['circuit', 'run', 'bell.qasm', '--shots', '5', '--probabilities'],
    files: bell,
    exitCode: 2,
    says: /takes no --shots/,
  },
  {
    title: 'a value of an input without a number',
    argv: ['circuit', 'run', 'bell.qasm', '--set', 'theta'],
    files: bell,
    exitCode: 2,
    says: /as in theta=0\.5/,
  },
  {
    title: 'a value of an input that is not there',
    argv: ['circuit', 'run', 'bell.qasm', '--set', 'theta=1'],
    files: bell,
    exitCode: 2,
    says: /UNKNOWN_PARAMETER: the circuit has no parameter theta/,
  },
  {
    title: 'a noise model that is no JSON',
    argv: ['circuit', 'run', 'bell.qasm', '--noise', 'bell.qasm'],
    files: bell,
    exitCode: 2,
    says: /bell\.qasm is no noise model/,
  },
  {
    title: 'a noise model of another shape',
    argv: ['circuit', 'run', 'bell.qasm', '--noise', 'noise.json', '--json'],
    files: { ...bell, 'noise.json': '{ "gates": { "*1": 3 } }' },
    exitCode: 2,
    says: /"code":"NOISE_INVALID"/,
  },
  {
    title: 'noise that is no probability',
    argv: ['circuit', 'run', 'bell.qasm', '--noise', 'noise.json'],
    files: { ...bell, 'noise.json': '{ "gates": { "*1": [{ "type": "amplitudeDamping", "gamma": 2 }] } }' },
    exitCode: 2,
    says: /noise\.json is no noise model: .*gamma/,
  },
];

export const badInvocations: readonly BadInvocation[] = [
  ...usage,
  ...files,
  ...configuration,
  ...servers,
  ...circuits,
];
