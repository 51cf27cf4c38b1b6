/**
 * Trainings on whichever server leads: what a server that follows asks of it, and how that one carries it out. The way between
 * them is the relay of commands; this is only what stands in its letters.
 */
import type { Json, JsonObject } from '../../kit/json.js';
import type { TrainingOptions } from '../batch.js';
import type { Learning, LearningCaller, TrainingNews } from '../learning.js';

/** Asks whoever leads; throws its refusal. */
export type AskLeader = (task: string, args: readonly Json[]) => Promise<Json>;

const TRAIN = 'trainModel';
const CANCEL = 'cancelTraining';

export async function trainThere(
  ask: AskLeader,
  caller: LearningCaller,
  model: string,
  options: Partial<TrainingOptions>,
): Promise<TrainingNews> {
  const { id, trusted } = caller;
  return newsFrom(await ask(TRAIN, [{ id, trusted }, model, { ...options }]));
}

export async function cancelThere(
  ask: AskLeader,
  { id, trusted }: LearningCaller,
  training: string,
): Promise<boolean> {
  return (await ask(CANCEL, [{ id, trusted }, training])) === true;
}

/** Undefined: there is no such task. */
export function carryOut(learning: Learning, task: string, args: readonly Json[]): Promise<Json> | undefined {
  const [caller, about, options] = args as unknown as [LearningCaller, string, Partial<TrainingOptions>];
  if (task === TRAIN) return learning.train(caller, about, options).then(newsJson);
  if (task === CANCEL) return learning.cancel(caller, about);
  return undefined;
}

function newsJson({ startedAt, loss, ...news }: TrainingNews): JsonObject {
  return { ...news, startedAt: startedAt.toISOString(), loss: Number.isFinite(loss) ? loss : null };
}

function newsFrom(json: Json): TrainingNews {
  const { startedAt, loss, ...news } = json as unknown as Omit<TrainingNews, 'startedAt' | 'loss'> & {
    readonly startedAt: string;
    readonly loss: number | null;
  };
  return { ...news, startedAt: new Date(startedAt), loss: loss ?? Number.NaN };
}
