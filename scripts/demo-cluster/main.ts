/**
 * `npm run demo:cluster`: the topology of docker-compose.yml as plain processes on this machine, for trying what happens when
 * a node or a server dies. It runs until Ctrl-C, says what to try, and tells what becomes of the parts.
 */
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DemoCluster } from './cluster.js';
import { lookOut } from './lookout.js';
import { type DemoOptions, readOptions, USAGE } from './options.js';

const BUILT = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const MESH = 'examples/primes.mesh.yaml';

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** As somebody in this folder would write it. */
function shown(path: string): string {
  const short = relative('', path);
  return short.startsWith('..') ? path : short;
}

function whatToTry({ servers, nodes, stateDir }: DemoCluster): string {
  const last = servers.at(-1);
  const place = shown(last?.stateDir ?? stateDir);
  const first = nodes[0];
  const killing =
    first === undefined
      ? []
      : [
          '',
          'Kill a node while it works, and see its tasks start on another within 10 s:',
          `  kill -9 ${first.pid}`,
          'and bring it back, in that terminal until Ctrl-C:',
          `  npx taskmesh node --state-dir ${place} --name ${first.name}`,
        ];
  return [
    '',
    'Ready. In another terminal, submit a mesh of half a minute and watch where its tasks run:',
    `  npx taskmesh submit ${MESH} --state-dir ${place}`,
    `  npx taskmesh watch primes --state-dir ${place}`,
    ...killing,
    '',
    'Kill the server that leads: the other goes on, with the same meshes and the same cursors:',
    `  kill -9 ${servers[0]?.program.pid ?? ''}`,
    `  npx taskmesh status --state-dir ${place}`,
    '',
    `What each process logs is in ${shown(stateDir)}/logs. Ctrl-C ends everything and removes it.`,
    '',
  ].join('\n');
}

function tellOfEnds(cluster: DemoCluster, stop: AbortSignal): void {
  const programs = [...cluster.servers.map(({ program }) => program), ...cluster.nodes];
  for (const { name, pid, ended } of programs)
    void ended.then((how) => {
      if (!stop.aborted) say(`${name} (process ${pid}) is gone: ${how}`);
    });
}

async function run(options: DemoOptions): Promise<number> {
  const stopping = new AbortController();
  const asked = (): void => {
    if (!stopping.signal.aborted) say('\nending everything');
    stopping.abort();
  };
  process.on('SIGINT', asked).on('SIGTERM', asked);
  const cluster = new DemoCluster(options, say);
  try {
    await cluster.start(stopping.signal);
    if (!stopping.signal.aborted) say(whatToTry(cluster));
    tellOfEnds(cluster, stopping.signal);
    await lookOut(cluster, say, stopping.signal);
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  } finally {
    stopping.abort();
    await cluster.close();
    say('nothing is left running');
  }
}

/** Answers the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = readOptions(argv);
    if (options !== undefined && !existsSync(BUILT)) throw new Error('run `npm run build` first');
    if (options !== undefined) return await run(options);
    say(USAGE);
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
    return 2;
  }
}
