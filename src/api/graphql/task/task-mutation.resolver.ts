/**
 * Everything that changes a single task. A method parses, calls one command and answers the task as the commit left
 * it; whether the viewer may do it is the command's decision.
 */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Mutation, Resolver } from 'type-graphql';
import { atOnce } from '../../../kit/turn.js';
import type { Commands } from '../../../orchestrator/commands.js';
import { checkTask, checkTaskPatch } from '../../../orchestrator/definition/check-mesh.js';
import type { TaskDefaults } from '../../../orchestrator/definition/mesh-input.js';
import type { ApiContext } from '../../context.js';
import { parseId, parseOptionalId } from '../arguments.js';
import { once, placedInInput, untimed, valueOf } from '../checked.js';
import type { Asking } from '../selection.js';
import { CreateTaskInput, UpdateTaskInput } from './task.input.js';
import { taskAfter } from './task.shape.js';
import { Task } from './task.type.js';

@Resolver()
export class TaskMutationResolver {
  constructor(
    private readonly commands: Commands,
    private readonly defaults: TaskDefaults,
  ) {}

  @Mutation(() => Task, { description: 'A new task; it is queued at once when nothing holds it back.' })
  async createTask(
    @Arg('input', () => CreateTaskInput) input: CreateTaskInput,
    @Ctx() ctx: ApiContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Task> {
    const { meshId: givenMesh, idempotencyKey, ...given } = input;
    const meshId = parseOptionalId(givenMesh, 'input.meshId');
    const single = valueOf(checkTask(untimed({ ...given, idempotencyKey }), this.defaults));
    const request = atOnce(once('createTask', idempotencyKey, { meshId, ...given }));
    const created = this.commands.createTask(ctx.viewer, meshId ?? null, single, request);
    const { taskId } = await placedInInput(created, 'tasks[0].');
    return taskAfter(ctx, taskId, info);
  }

  @Mutation(() => Task, { description: 'Changes what is not history yet.' })
  async updateTask(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateTaskInput) input: UpdateTaskInput,
    @Ctx() ctx: ApiContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Task> {
    const taskId = parseId(id, 'id');
    await this.commands.updateTask(
      ctx.viewer,
      taskId,
      valueOf(checkTaskPatch(untimed(input), this.defaults)),
    );
    return taskAfter(ctx, taskId, info);
  }

  @Mutation(() => ID, { description: 'Hides the task; its history stays. Answers its id.' })
  async deleteTask(@Arg('id', () => ID) id: string, @Ctx() ctx: ApiContext): Promise<string> {
    const taskId = parseId(id, 'id');
    await this.commands.deleteTask(ctx.viewer, taskId);
    ctx.loaders.forget();
    return taskId;
  }

  @Mutation(() => Task, {
    description: 'Starts what waits for people or time; a task that has ended runs again as a new one.',
  })
  async executeTask(
    @Arg('id', () => ID) id: string,
    @Ctx() ctx: ApiContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Task> {
    const { taskId } = await this.commands.executeTask(ctx.viewer, parseId(id, 'id'));
    return taskAfter(ctx, taskId, info);
  }

  @Mutation(() => Task, {
    description:
      'Now instead of after the back-off; a task that has ended runs again, with all that hangs on it, in a new mesh.',
  })
  async retryTask(
    @Arg('id', () => ID) id: string,
    @Ctx() ctx: ApiContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Task> {
    const { taskId } = await this.commands.retryTask(ctx.viewer, parseId(id, 'id'));
    return taskAfter(ctx, taskId, info);
  }

  @Mutation(() => Task, {
    description: 'Ends it: gracefully, then by force. Nothing of it starts afterwards.',
  })
  cancelTask(
    @Arg('id', () => ID) id: string,
    @Ctx() ctx: ApiContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Task> {
    return this.#change({ ctx, info }, id, 'cancelTask');
  }

  @Mutation(() => Task, { description: 'Keeps a task that has not started from starting.' })
  holdTask(
    @Arg('id', () => ID) id: string,
    @Ctx() ctx: ApiContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Task> {
    return this.#change({ ctx, info }, id, 'holdTask');
  }

  @Mutation(() => Task, { description: 'Lets a held task go.' })
  releaseTask(
    @Arg('id', () => ID) id: string,
    @Ctx() ctx: ApiContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Task> {
    return this.#change({ ctx, info }, id, 'releaseTask');
  }

  async #change(
    { ctx, info }: Asking,
    id: string,
    command: 'cancelTask' | 'holdTask' | 'releaseTask',
  ): Promise<Task> {
    const taskId = parseId(id, 'id');
    await this.commands[command](ctx.viewer, taskId);
    return taskAfter(ctx, taskId, info);
  }
}
