/**
 * A template before it is stored: its parameters, its definition by the rules of every other mesh, and that each reference
 * names a parameter. Where the value of a parameter is not known yet, what depends on it is not judged; that is done when
 * a mesh is made. Called by the desk of templates and for files; it touches nothing.
 */
import type { Json, JsonObject } from '../../kit/json.js';
import { atOnce } from '../../kit/turn.js';
import { runsCode, type Work } from '../../lifecycle/work.js';
import type { TemplateText } from '../../store/templates.js';
import { isRecord, record, text } from '../definition/check/checks.js';
import { type Check, Inspection, type Step } from '../definition/check/inspection.js';
import { jsonObject } from '../definition/check/json-value.js';
import { type Checked, checkMeshInStages } from '../definition/check-mesh.js';
import { expandShorthand } from '../definition/file/shorthand.js';
import type { TaskDefaults } from '../definition/mesh-input.js';
import { fillReferences, parametersIn } from './fill-references.js';
import { hasDefault, parameterList, sampleOf } from './parameters.js';

const DEFINITION_BYTES_MAX = 1024 * 1024;

const templateRecord = record({
  noun: 'a template',
  fields: {
    description: text({ min: 0, max: 10_000, multiline: true }),
    parameters: parameterList,
    definition: jsonObject(DEFINITION_BYTES_MAX),
  },
  required: ['definition'],
  elsewhere: { tasks: 'write definition: { name, tasks }', params: 'write parameters' },
});

/** `inspection`: from callers who also need the places of the faults. */
export function checkTemplate(
  input: unknown,
  defaults: TaskDefaults,
  inspection = new Inspection('template'),
): Checked<TemplateText> {
  const read = templateRecord(input, inspection);
  const definition = written(read?.definition);
  if (read !== undefined && definition !== undefined && inspection.count === 0)
    checkDefinition({ parameters: read.parameters ?? [], definition }, defaults, inspection);
  if (inspection.count > 0 || definition === undefined) return { ok: false, refusal: inspection.refusal() };
  return {
    ok: true,
    value: { description: read?.description ?? null, parameters: read?.parameters ?? [], definition },
  };
}

/** Short forms are written out, as those of files are. */
function written(definition: JsonObject | null | undefined): JsonObject | undefined {
  if (definition == null) return undefined;
  const tree = { value: definition, faults: [], positionOf: () => undefined, plainTextAt: () => undefined };
  return expandShorthand(tree).input as JsonObject;
}

function checkDefinition(
  { parameters, definition }: Pick<TemplateText, 'parameters' | 'definition'>,
  defaults: TaskDefaults,
  inspection: Inspection,
): void {
  const values = new Map(
    parameters.map((one) => [one.name, hasDefault(one) ? (one.default as Json) : sampleOf(one)]),
  );
  const open = new Set(parameters.filter((one) => !hasDefault(one)).map(({ name }) => name));
  const fill: Check<unknown> = () => {
    const { input, used } = fillReferences(definition, { values, open }, inspection);
    if (isRecord(input) && input.idempotencyKey != null)
      inspection.fault({ rule: 'must be left out', fix: 'give it when a mesh is made' }, 'idempotencyKey');
    if (inspection.count === 0) checkFilled(input, { definition, open }, defaults, inspection);
    return used;
  };
  const used = inspection.at('definition', fill, definition) as ReadonlySet<string>;
  for (const [index, { name }] of parameters.entries())
    if (!used.has(name) && inspection.count === 0)
      inspection.fault(
        { rule: 'is used nowhere in the definition', got: name, fix: `write \${params.${name}} there` },
        ...['parameters', index, 'name'],
      );
}

function checkFilled(
  input: Json,
  { definition, open }: { readonly definition: JsonObject; readonly open: ReadonlySet<string> },
  defaults: TaskDefaults,
  inspection: Inspection,
): void {
  const inner = new Inspection('mesh');
  const checked = atOnce(checkMeshInStages(input, defaults, inner));
  if (checked.ok) return;
  for (const [index, place] of inner.places.entries()) {
    if (textsTo(definition, place).some((one) => parametersIn(one).some((name) => open.has(name)))) continue;
    const { message = '' } = checked.refusal.faults?.[index] ?? {};
    inspection.fault({ rule: message, code: checked.refusal.code }, ...place);
  }
}

/** The texts of the definition that stand where a place leads, or on the way there. */
export function textsTo(definition: Json, place: readonly Step[]): string[] {
  let value: unknown = definition;
  for (const step of place) {
    if (typeof value === 'string') break;
    value = typeof value === 'object' && value !== null ? (value as Record<Step, unknown>)[step] : undefined;
  }
  return typeof value === 'string' ? [value] : [];
}

/** A definition that leaves its work to parameters may run anything. */
export function mayRunCode({ tasks }: JsonObject): boolean {
  if (!Array.isArray(tasks)) return true;
  return tasks.some((task: unknown) => {
    if (!isRecord(task)) return true;
    if (task.work == null) return false;
    return !isRecord(task.work) || runsCode(task.work as unknown as Work);
  });
}
