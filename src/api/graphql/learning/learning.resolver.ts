/** What has been learned, predictions and what came, and the training of models. Every server answers; the leader trains. */
import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Learning } from '../../../learning/learning.js';
import { isDefaultMesh } from '../../../lifecycle/default-mesh.js';
import { RefusedError } from '../../../lifecycle/refusal.js';
import type { TaskSpec } from '../../../lifecycle/task.js';
import { checkTask } from '../../../orchestrator/definition/check-mesh.js';
import type { TaskDefaults } from '../../../orchestrator/definition/mesh-input.js';
import type { ApiContext } from '../../context.js';
import { FIRST_DEFAULT, invalid, parseFirst, parseId, parsePage, parseText } from '../arguments.js';
import { untimed, valueOf } from '../checked.js';
import type { ConnectionOf } from '../connection.js';
import { PredictInput, PredictionArguments, TrainModelInput } from './learning.input.js';
import { parseFilter, parseOptions, trainingView } from './learning.shape.js';
import {
  CoefficientView,
  DriftAlarmView,
  ImportanceView,
  LearningMetricsView,
  ModelView,
  TrainingRunView,
  TrainingView,
  TuningChangeView,
} from './model.type.js';
import { PredictionConnection, type PredictionView, TaskPredictionView } from './prediction.type.js';

const firstArg = { defaultValue: FIRST_DEFAULT };

@Resolver(() => ModelView)
export class LearningResolver {
  constructor(
    private readonly learning: Learning,
    private readonly defaults: TaskDefaults,
  ) {}

  @Query(() => [ModelView], { description: 'Every model for every target.' })
  models(@Ctx() { viewer }: ApiContext): Promise<readonly ModelView[]> {
    return this.learning.models(viewer.tenant);
  }

  @Query(() => [ModelView], { description: 'One model, for each of its targets.' })
  async model(
    @Arg('name', () => String) name: string,
    @Ctx() { viewer }: ApiContext,
  ): Promise<readonly ModelView[]> {
    const models = await this.learning.models(viewer.tenant);
    const found = models.filter((model) => model.name === name);
    if (found.length > 0) return found;
    const names = [...new Set(models.map((model) => model.name))].join(', ');
    throw new RefusedError({
      code: 'NOT_FOUND',
      message: `no model "${name.slice(0, 64)}"; there are ${names}`,
    });
  }

  @FieldResolver(() => [ImportanceView], {
    description:
      'Of its run times, over the latest 300 rows, the most needed feature first; empty unless trained.',
  })
  async importances(
    @Root() { name, trained, target }: ModelView,
    @Ctx() { viewer }: ApiContext,
  ): Promise<readonly ImportanceView[]> {
    return trained && target === 'RUN_TIME' ? await this.learning.importances(name, viewer.tenant) : [];
  }

  @FieldResolver(() => [CoefficientView], {
    description: 'Of the linear model: of a kind of task, or of one it never met; empty for other models.',
  })
  coefficients(
    @Root() { name, target }: ModelView,
    @Arg('typeKey', () => String, { nullable: true }) kind: string | null,
    @Ctx() { viewer }: ApiContext,
  ): Promise<readonly CoefficientView[]> {
    const typeKey = parseText(kind, 'typeKey') ?? null;
    return this.learning.coefficients(name, { target, typeKey }, viewer.tenant);
  }

  @Query(() => LearningMetricsView)
  learningMetrics(@Ctx() { viewer }: ApiContext): Promise<LearningMetricsView> {
    return this.learning.report(viewer.tenant);
  }

  @Query(() => TaskPredictionView, { description: 'What is expected of a task. Touches nothing.' })
  async predict(
    @Arg('input', () => PredictInput) input: PredictInput,
    @Ctx() ctx: ApiContext,
  ): Promise<TaskPredictionView> {
    const { spec, meshName } = await this.#asked(input, ctx);
    return this.learning.forecast(spec, meshName, ctx.viewer.tenant);
  }

  async #asked(
    { taskId, task, meshName }: PredictInput,
    ctx: ApiContext,
  ): Promise<{ spec: TaskSpec; meshName: string | null }> {
    if ((taskId == null) === (task == null))
      throw invalid('input', 'must have either taskId or task, and not both');
    const name = parseText(meshName, 'input.meshName') ?? null;
    if (task != null) {
      const { meshId: _, ...given } = task;
      return { spec: valueOf(checkTask(untimed(given), this.defaults)).task.spec, meshName: name };
    }
    const id = parseId(taskId as string, 'input.taskId');
    const record = await ctx.loaders.task.load(id);
    if (record === undefined) throw new RefusedError({ code: 'NOT_FOUND', message: `no task ${id}` });
    const mesh = isDefaultMesh(record.meshId) ? undefined : await ctx.loaders.mesh.load(record.meshId);
    return { spec: record as unknown as TaskSpec, meshName: name ?? mesh?.name ?? null };
  }

  @Query(() => PredictionConnection, {
    description: 'Newest first; beyond 50 starts a second, a share of them.',
  })
  async predictions(
    @Args(() => PredictionArguments) { filter, first, after }: PredictionArguments,
    @Ctx() { viewer }: ApiContext,
  ): Promise<ConnectionOf<PredictionView>> {
    const page = await this.learning.predictions(
      { ...parseFilter(filter), tenant: viewer.tenant },
      parsePage(first, after),
    );
    return new PredictionConnection(page, () => Promise.resolve(0));
  }

  @Query(() => [TrainingRunView], { description: 'Trainings that ended, newest first.' })
  trainings(
    @Arg('first', () => Int, firstArg) first: number,
    @Ctx() { viewer }: ApiContext,
  ): Promise<readonly TrainingRunView[]> {
    return this.learning.trainings(parseFirst(first), viewer.tenant);
  }

  @Query(() => [TrainingView], { description: 'Trainings that run on this server.' })
  runningTrainings(@Ctx() { viewer }: ApiContext): readonly TrainingView[] {
    return this.learning.running(viewer.tenant).map(trainingView);
  }

  @Query(() => [DriftAlarmView], { description: 'Newest first.' })
  driftAlarms(
    @Arg('first', () => Int, firstArg) first: number,
    @Ctx() { viewer }: ApiContext,
  ): Promise<readonly DriftAlarmView[]> {
    return this.learning.alarms(parseFirst(first), viewer.tenant);
  }

  @Query(() => [TuningChangeView], { description: 'Newest first.' })
  tuningChanges(
    @Arg('first', () => Int, firstArg) first: number,
    @Ctx() { viewer }: ApiContext,
  ): Promise<readonly TuningChangeView[]> {
    return this.learning.tunings(parseFirst(first), viewer.tenant);
  }

  @Mutation(() => TrainingView, {
    description: 'Trains a model now, in a thread of its own. Needs the owner.',
  })
  async trainModel(
    @Arg('input', () => TrainModelInput) { model, options }: TrainModelInput,
    @Ctx() { viewer }: ApiContext,
  ): Promise<TrainingView> {
    return trainingView(await this.learning.train(viewer, model, parseOptions(options)));
  }

  @Mutation(() => Boolean, { description: 'False: no such training runs. Needs the owner.' })
  cancelTraining(@Arg('id', () => ID) id: string, @Ctx() { viewer }: ApiContext): Promise<boolean> {
    return this.learning.cancel(viewer, id);
  }
}
