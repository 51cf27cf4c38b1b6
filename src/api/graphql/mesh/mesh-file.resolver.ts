/** `checkMeshFile`: a mesh file as text becomes the input of a submission or a template, or its faults by line. Touches nothing. */
import { Arg, Query, Resolver } from 'type-graphql';
import type { TaskDefaults } from '../../../orchestrator/definition/mesh-input.js';
import { readDefinitionFile } from '../../../orchestrator/template/definition-file.js';
import { invalid } from '../arguments.js';
import { parameterView } from '../template/template.shape.js';
import { MeshFileReport } from './mesh-file.type.js';

/** UTF-16 units; the body of a request is smaller by default. */
const TEXT_LENGTH_MAX = 1_048_576;
const FAULTS_MAX = 100;

@Resolver()
export class MeshFileResolver {
  constructor(private readonly defaults: TaskDefaults) {}

  @Query(() => MeshFileReport, {
    description: 'What a mesh file (YAML, JSON, WfFormat) says, or every fault in it.',
  })
  checkMeshFile(@Arg('text', () => String) text: string): MeshFileReport {
    if (text.length > TEXT_LENGTH_MAX)
      throw invalid('text', `must have at most ${TEXT_LENGTH_MAX} characters, got ${text.length}`);
    const file = readDefinitionFile(Buffer.from(text), { fileName: '', defaults: this.defaults });
    if (!file.ok)
      return { valid: false, faults: file.faults.slice(0, FAULTS_MAX), input: null, template: null };
    if ('mesh' in file) return { valid: true, faults: [], input: file.input, template: null };
    const { parameters, ...draft } = file.template;
    const template = { ...draft, parameters: parameters.map(parameterView) };
    return { valid: true, faults: [], input: null, template };
  }
}
