/**
 * Trainings on whichever server leads: what a server that follows asks of it, and how that one carries it out. The way between
 * them is the relay of commands; this is only what stands in its letters.
 */
import type { Json, JsonObject } from '../../kit/json.js';
import { type Person, personJson } from '../../lifecycle/person.js';
import type { AskLeader, LeaderTasks } from '../../store/relay.js';
import type { TrainingOptions } from '../batch.js';
import type { Learning, TrainingNews } from '../learning.js';

const TRAIN = 'trainModel';
const CANCEL = 'cancelTraining';

export async function trainThere(
  ask: AskLeader,
  caller: Person,
  model: string,
  options: Partial<TrainingOptions>,
): Promise<TrainingNews> {
  return newsFrom(await ask(TRAIN, [personJson(caller), model, { ...options }]));
}

export async function cancelThere(ask: AskLeader, caller: Person, training: string): Promise<boolean> {
  return (await ask(CANCEL, [personJson(caller), training])) === true;
}

export function trainingTasks(learning: Learning): LeaderTasks {
  type Letter = readonly [Person, string, Partial<TrainingOptions>];
  return {
    [TRAIN]: async (args) => newsJson(await learning.train(...(args as unknown as Letter))),
    [CANCEL]: async (args) => {
      const [caller, id] = args as unknown as Letter;
      return await learning.cancel(caller, id);
    },
  };
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
