/**
 * Whether this container does what it is for; exit code 0 if so. `healthcheck.mjs server`: its server is ready.
 * `healthcheck.mjs node NAME`: some server knows the node and gives it work.
 */
import { readFileSync } from 'node:fs';

const TIMEOUT_MS = 4000;
const { HEALTH_SERVERS = 'http://orchestrator-1:8000,http://orchestrator-2:8000', HEALTH_PORT = '8000' } =
  process.env;

function headers() {
  const token = readFileSync(`${process.env.TASKMESH_STATE_DIR}/token`, 'utf8').trim();
  return { 'content-type': 'application/json', authorization: `Bearer ${token}` };
}

async function isServerReady() {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  return (await fetch(`http://127.0.0.1:${HEALTH_PORT}/health/ready`, { signal })).ok;
}

async function stateBy(server, id) {
  const query = 'query ($id: ID!) { node(id: $id) { state } }';
  const response = await fetch(`${server}/graphql`, {
    method: 'POST',
    headers: headers(),
    body: JSON.stringify({ query, variables: { id } }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return (await response.json()).data?.node?.state;
}

/** By whichever server answers first. */
async function isNodeReady(name) {
  const state = await Promise.any(HEALTH_SERVERS.split(',').map((server) => stateBy(server, name)));
  return state === 'READY';
}

const [what, name] = process.argv.slice(2);
const isHealthy = await (what === 'node' ? isNodeReady(name) : isServerReady()).catch(() => false);
process.exit(isHealthy ? 0 : 1);
