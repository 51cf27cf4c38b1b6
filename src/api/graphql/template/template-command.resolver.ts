/** What people do about templates: keep, change and delete them, look at what one would run, and run it. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import { inTurns } from '../../../kit/turn.js';
import type { Commands } from '../../../orchestrator/commands.js';
import type { Templates } from '../../../orchestrator/template/templates.js';
import type { ApiContext } from '../../context.js';
import { parseText, parseWhole } from '../arguments.js';
import { once, placedInInput } from '../checked.js';
import { MeshFileReport } from '../mesh/mesh-file.type.js';
import { meshAfter } from '../mesh/mesh.shape.js';
import { Mesh } from '../mesh/mesh.type.js';
import { CreateTemplateInput, InstantiateTemplateInput, UpdateTemplateInput } from './template.input.js';
import { templateCall, templateInput, templateView } from './template.shape.js';
import { TemplateView } from './template.type.js';

@Resolver()
export class TemplateCommandResolver {
  constructor(
    private readonly commands: Commands,
    private readonly all: Templates,
  ) {}

  @Mutation(() => TemplateView, {
    description: 'Checked as far as that can be done without values; nothing runs.',
  })
  async createTemplate(
    @Arg('input', () => CreateTemplateInput) input: CreateTemplateInput,
    @Ctx() { viewer }: ApiContext,
  ): Promise<TemplateView> {
    const made = this.all.create(viewer, input.name, templateInput(input));
    return templateView(await placedInInput(made));
  }

  @Mutation(() => TemplateView, { description: 'A new version; those before it stay.' })
  async updateTemplate(
    @Arg('name', () => String) name: string,
    @Arg('input', () => UpdateTemplateInput) input: UpdateTemplateInput,
    @Ctx() { viewer }: ApiContext,
  ): Promise<TemplateView> {
    const wanted = parseText(name, 'name') as string;
    const expected = parseWhole(input.expectedVersion, 'input.expectedVersion', [1, 2 ** 31 - 1]);
    const changed = this.all.change(viewer, wanted, expected, templateInput(input));
    return templateView(await placedInInput(changed));
  }

  @Mutation(() => ID, {
    description: 'Its versions stay readable by number, and the meshes made of it stay.',
  })
  deleteTemplate(@Arg('name', () => String) name: string, @Ctx() { viewer }: ApiContext): Promise<string> {
    return this.all.remove(viewer, parseText(name, 'name') as string);
  }

  @Query(() => MeshFileReport, { description: 'What instantiateTemplate would run, or every fault.' })
  async previewTemplate(
    @Arg('input', () => InstantiateTemplateInput) input: InstantiateTemplateInput,
    @Ctx() { viewer }: ApiContext,
  ): Promise<MeshFileReport> {
    const bound = await this.all.preview(viewer.tenant, templateCall(input));
    if (bound.ok) return { valid: true, faults: [], input: bound.value.input, template: null };
    return { valid: false, faults: bound.refusal.faults ?? [], input: null, template: null };
  }

  @Mutation(() => Mesh, { description: 'A mesh of a template, all of it or nothing.' })
  async instantiateTemplate(
    @Arg('input', () => InstantiateTemplateInput) input: InstantiateTemplateInput,
    @Ctx() ctx: ApiContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Mesh> {
    const call = templateCall(input);
    const request = await inTurns(once('instantiateTemplate', input.idempotencyKey, input));
    const { meshId } = await placedInInput(this.commands.instantiateTemplate(ctx.viewer, call, request));
    return meshAfter(ctx, meshId, info);
  }
}
