/** `taskmesh status [MESH|TASK]`: how the server, one mesh or one task is. */
import {
  CliStatusDocument,
  CliTaskDetailDocument,
  type CliStatusQuery,
  type CliTaskDetailQuery,
} from '../../generated/graphql/graphql.js';
import type { Client } from '../client/client.js';
import { connect } from '../client/connect.js';
import { allTasks } from '../client/pages.js';
import { progressOf } from '../client/progress.js';
import { notFound, resolveTarget } from '../client/resolve-target.js';
import type { MeshSummary, TaskSummary } from '../client/nouns.js';
import { showSeconds } from '../output/duration.js';
import { plainText } from '../output/plain-text.js';
import { looks, styleFor } from '../output/style.js';
import { table } from '../output/table.js';
import type { Verb } from '../verb.js';

type AttemptDetail = NonNullable<CliTaskDetailQuery['task']>['attempts'][number];

function showCounts(counts: Readonly<Record<string, number>>): string {
  const present = Object.entries(counts).filter(([name, count]) => name !== 'total' && count > 0);
  return (
    present
      .map(([name, count]) => `${count} ${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`)
      .join(', ') || 'none'
  );
}

type Servers = Pick<CliStatusQuery['status'], 'serverId' | 'leaderId' | 'epoch' | 'servers'>;

/** One line while there is one server; a table of all when there are more. */
function showServers({ serverId, leaderId, epoch, servers }: Servers): string {
  const leads = leaderId === null ? 'nobody leads' : `epoch ${epoch}, led by ${plainText(leaderId)}`;
  if (servers.length < 2) return leaderId === serverId ? `leads in epoch ${epoch}\n` : `${leads}\n`;
  const rows = servers.map((server) => [
    server.id === serverId ? `${server.id} (this one)` : server.id,
    server.instanceName,
    server.version,
    server.state.toLowerCase(),
    `${server.lagEvents} events`,
    showSeconds(server.silentSeconds),
    server.url ?? '',
  ]);
  return `${leads}\n\n${table([['SERVER', 'NAME', 'VERSION', 'STATE', 'BEHIND', 'HEARD OF', 'URL'], ...rows])}\n`;
}

async function ofServer(verb: Verb, client: Client): Promise<void> {
  const answer = await client.request(CliStatusDocument, {});
  const { status, meshes } = answer;
  verb.answer(answer, () => {
    const head = `${plainText(status.instanceName)} ${plainText(status.version)} at ${client.url}, up ${showSeconds(status.uptimeSeconds)}, database ${plainText(status.database)}\n${showServers(status)}`;
    const rows = meshes.nodes.map((mesh) => [
      mesh.id,
      mesh.name,
      looks[mesh.status].word,
      showCounts(mesh.counts),
    ]);
    return `${head}tasks: ${showCounts(status.counts)}\n\n${rows.length === 0 ? 'no meshes yet\n' : table([['MESH', 'NAME', 'STATUS', 'TASKS'], ...rows])}`;
  });
}

async function ofMesh(verb: Verb, client: Client, mesh: MeshSummary): Promise<void> {
  const [tasks, progress] = await Promise.all([allTasks(client, mesh.id), progressOf(client, mesh.id)]);
  verb.answer({ ...mesh, progress, tasks }, () => {
    const style = styleFor(verb.shell);
    const eta = progress?.eta && mesh.finishedAt === null ? `, ETA ${showSeconds(progress.eta.p50)}` : '';
    const rows = tasks.map((task) => [
      task.id,
      task.key,
      looks[task.status].word,
      task.failure?.message ?? heldBy(task) ?? task.reason ?? '',
    ]);
    const head = `${style.icon(mesh.status)} ${plainText(mesh.name)} ${looks[mesh.status].word}${eta}\n${mesh.id}\n${showCounts(mesh.counts)}\n`;
    return `${head}\n${table([['TASK', 'KEY', 'STATUS', 'WHY'], ...rows])}`;
  });
}

/** With the id by which it is vetoed. */
function heldBy({ heldBy: decisions }: TaskSummary): string | null {
  if (decisions.length === 0) return null;
  return decisions.map(({ id, kind, reason }) => `held by ${kind} ${id}: ${reason}`).join('; ');
}

function showAttempt({ attempt, layer, outcome, runMs, failure }: AttemptDetail): string[] {
  const ran = runMs === null ? '' : showSeconds(runMs / 1000);
  return [
    String(attempt),
    layer,
    outcome ?? 'running',
    ran,
    failure === null ? '' : `${failure.code}: ${failure.message}`,
  ];
}

async function ofTask(verb: Verb, client: Client, id: string): Promise<void> {
  const { task } = await client.request(CliTaskDetailDocument, { id });
  if (task === null) throw notFound('task', id);
  verb.answer(task, () => {
    const style = styleFor(verb.shell);
    const why =
      task.failure === null ? (heldBy(task) ?? task.reason) : `${task.failure.code}: ${task.failure.message}`;
    const waits = task.dependencies
      .map((one) => `${plainText(one.key)} (${looks[one.status].word})`)
      .join(', ');
    const head = `${style.icon(task.status)} ${plainText(task.key)} ${looks[task.status].word}${why === null ? '' : `: ${plainText(why)}`}\n${task.id} in mesh ${task.meshId}\n`;
    const attempts = table([
      ['ATTEMPT', 'LAYER', 'OUTCOME', 'RAN', 'FAILURE'],
      ...task.attempts.map(showAttempt),
    ]);
    const output =
      task.output === null ? '' : `\noutput: ${plainText(JSON.stringify(task.output)).slice(0, 2000)}\n`;
    return `${head}${waits === '' ? '' : `after ${waits}\n`}\n${attempts}${output}`;
  });
}

export async function status(verb: Verb, text: string | undefined): Promise<void> {
  const client = await connect(verb.settings());
  if (text === undefined) return ofServer(verb, client);
  const { mesh, task } = await resolveTarget(client, text);
  if (mesh !== undefined) return ofMesh(verb, client, mesh);
  return ofTask(verb, client, task.id);
}
