/** `taskmesh schedule list|show|set|pause|resume|delete|trigger`. */
import {
  CreateScheduleDocument,
  DeleteScheduleDocument,
  GetScheduleDocument,
  type GetScheduleQuery,
  GetTemplateDocument,
  PauseScheduleDocument,
  ResumeScheduleDocument,
  type ScheduleCatchUp,
  type ScheduleFieldsFragment,
  ScheduleListDocument,
  type ScheduleOverlap,
  TriggerScheduleDocument,
  UpdateScheduleDocument,
} from '../../../generated/graphql/graphql.js';
import { CliError } from '../../cli-error.js';
import type { Client } from '../../client/client.js';
import { connect } from '../../client/connect.js';
import { table } from '../../output/table.js';
import type { Verb } from '../../verb.js';
import { readParams } from './run-template.js';

export interface SetOptions {
  readonly timeZone?: string;
  readonly param?: Readonly<Record<string, string>>;
  readonly versionNumber?: number;
  readonly overlap?: string;
  readonly catchUp?: string;
  readonly startsAt?: string;
  readonly endsAt?: string;
}

export async function listSchedules(verb: Verb): Promise<void> {
  const client = await connect(verb.settings());
  const all: ScheduleFieldsFragment[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const { schedules } = await client.request(ScheduleListDocument, { first: 100, after });
    all.push(...schedules.nodes);
    after = schedules.pageInfo.hasNextPage ? (schedules.pageInfo.endCursor ?? null) : null;
  }
  verb.answer(all, () =>
    table([
      ['NAME', 'TEMPLATE', 'CRON', 'ZONE', 'NEXT', 'LAST', 'CAME TO'],
      ...all.map((one) => [
        ...[one.name, one.template, one.cron, one.timeZone],
        one.paused ? 'paused' : (one.nextAt ?? 'never'),
        ...[one.lastAt ?? '-', one.lastOutcome?.toLowerCase() ?? '-'],
      ]),
    ]),
  );
}

export async function showSchedule(verb: Verb, name: string, { count }: { count?: number }): Promise<void> {
  const client = await connect(verb.settings());
  const { schedule } = await client.request(GetScheduleDocument, { name, count: count ?? 5 });
  verb.answer(schedule, () => textOf(schedule));
}

function textOf(schedule: GetScheduleQuery['schedule']): string {
  const { name, template, version, cron, timeZone, paused, lastAt, lastOutcome, lastMessage } = schedule;
  const which = version === null ? 'the newest version' : `version ${version}`;
  const last = lastAt === null ? 'none' : `${lastAt}: ${lastOutcome?.toLowerCase()} ${lastMessage ?? ''}`;
  const { started, skipped, missed, refused } = schedule;
  return `${name}: ${template}, ${which}, at "${cron}" in ${timeZone}${paused ? ', paused' : ''}
${table([
  ['parameters', JSON.stringify(schedule.params)],
  ['overlap', schedule.overlap.toLowerCase()],
  ['catch-up', schedule.catchUp.toLowerCase()],
  ['last', last],
  ['so far', `${started} started, ${skipped} skipped, ${missed} missed, ${refused} refused`],
  ...schedule.upcoming.map((time, index) => [index === 0 ? 'next' : '', time]),
])}`;
}

export async function setSchedule(
  verb: Verb,
  { name, template, cron }: { name: string; template: string; cron: string },
  options: SetOptions,
): Promise<void> {
  const client = await connect(verb.settings());
  const { versionNumber: version, timeZone, startsAt, endsAt } = options;
  const found = await client.request(GetTemplateDocument, { name: template, version });
  const overlap = options.overlap?.toUpperCase() as ScheduleOverlap | undefined;
  const catchUp = options.catchUp?.toUpperCase() as ScheduleCatchUp | undefined;
  const params = readParams(found.template.parameters, options.param ?? {});
  const input = { template, version, params, cron, timeZone, overlap, catchUp, startsAt, endsAt };
  const expectedRevision = await revisionOf(client, name);
  const schedule =
    expectedRevision === undefined
      ? (await client.request(CreateScheduleDocument, { input: { name, ...input } })).createSchedule
      : (await client.request(UpdateScheduleDocument, { name, input: { expectedRevision, ...input } }))
          .updateSchedule;
  verb.answer(schedule, `${name} is due next at ${schedule.nextAt ?? 'no time: it is paused or over'}\n`);
}

async function revisionOf(client: Client, name: string): Promise<number | undefined> {
  try {
    return (await client.request(GetScheduleDocument, { name, count: 1 })).schedule.revision;
  } catch (error) {
    if (error instanceof CliError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

export async function changeSchedule(
  verb: Verb,
  action: 'pause' | 'resume' | 'delete' | 'trigger',
  name: string,
): Promise<void> {
  const client = await connect(verb.settings());
  if (action === 'pause') {
    const { pauseSchedule } = await client.request(PauseScheduleDocument, { name });
    verb.answer(pauseSchedule, `${name} is paused\n`);
  } else if (action === 'resume') {
    const { resumeSchedule } = await client.request(ResumeScheduleDocument, { name });
    verb.answer(resumeSchedule, `${name} is due next at ${resumeSchedule.nextAt ?? 'no time: it is over'}\n`);
  } else if (action === 'delete') {
    const { deleteSchedule: id } = await client.request(DeleteScheduleDocument, { name });
    verb.answer({ id, name }, `${name} is deleted\n`);
  } else {
    const { triggerSchedule: mesh } = await client.request(TriggerScheduleDocument, { name });
    verb.answer(mesh, `${mesh.id}\n\ntaskmesh watch ${mesh.id}\n`);
  }
}
