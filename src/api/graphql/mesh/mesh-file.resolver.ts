/** `checkMeshFile`: a mesh file as text becomes the input of a submission, or its faults by line. Touches nothing. */
import { Arg, Query, Resolver } from 'type-graphql';
import type { TaskDefaults } from '../../../orchestrator/definition/mesh-input.js';
import { readMeshFile } from '../../../orchestrator/definition/mesh-file.js';
import { invalid } from '../arguments.js';
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
    const file = readMeshFile(Buffer.from(text), { fileName: '', defaults: this.defaults });
    if (file.ok) return { valid: true, faults: [], input: file.input };
    return { valid: false, faults: file.faults.slice(0, FAULTS_MAX), input: null };
  }
}
