/**
 * From work as it is stored to work as the API shows it. Environments and request headers hold secrets; whoever asks
 * without the owner's token sees their names and not their values.
 */
import type { JsonObject } from '../../../kit/json.js';
import { type CommandWork, type HttpWork, type Work, workKind } from '../../../lifecycle/work.js';
import type { Viewer } from '../../door.js';
import type { WorkType } from './work.type.js';

const MASK = '***';

function masked(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(values).map((name) => [name, MASK]));
}

function commandFor(viewer: Viewer, work: CommandWork): CommandWork & { shell: boolean } {
  const env = work.env === undefined || viewer.trusted ? work.env : masked(work.env);
  return { ...work, ...(env === undefined ? {} : { env }), shell: work.shell ?? false };
}

function httpFor(viewer: Viewer, work: HttpWork): HttpWork & { method: string } {
  const headers = work.headers === undefined || viewer.trusted ? work.headers : masked(work.headers);
  return { ...work, ...(headers === undefined ? {} : { headers }), method: work.method ?? 'GET' };
}

function memberFor(viewer: Viewer, work: Work): Partial<WorkType> {
  if ('command' in work) return { command: commandFor(viewer, work.command) };
  if ('http' in work) return { http: httpFor(viewer, work.http) };
  return work;
}

export function workFor(viewer: Viewer, work: Work | null): WorkType | null {
  if (work === null) return null;
  const member = memberFor(viewer, work);
  return { kind: workKind(work), payload: Object.values(member)[0] as unknown as JsonObject, ...member };
}
