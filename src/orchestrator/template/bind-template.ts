/**
 * From a template and values for its parameters to a mesh, or to every fault: those of the values below `params`, those that
 * the values bring into the definition where they come out. Called for a preview and by the command; it touches nothing.
 */
import type { Json, JsonObject } from '../../kit/json.js';
import { inTurns, type Stages } from '../../kit/turn.js';
import type { MeshOrigin } from '../../lifecycle/batch.js';
import { RefusedError } from '../../lifecycle/refusal.js';
import type { TemplateParameter, TemplateStore } from '../../store/templates.js';
import { Inspection } from '../definition/check/inspection.js';
import { type Checked, checkMeshInStages } from '../definition/check-mesh.js';
import type { CheckedMesh, MeshInput, TaskDefaults } from '../definition/mesh-input.js';
import { textsTo } from './check-template.js';
import { fillReferences, parametersIn } from './fill-references.js';
import { readValues } from './parameters.js';

/** What is asked of a template. */
export interface TemplateCall {
  readonly template: string;
  /** Null: the newest. */
  readonly version: number | null;
  readonly params: JsonObject;
  /** Of the mesh; null: as the definition says. */
  readonly name: string | null;
  /** Asked by a schedule. */
  readonly schedule?: NonNullable<MeshOrigin['schedule']>;
}

export interface Bound {
  readonly input: MeshInput;
  readonly mesh: CheckedMesh;
  readonly params: JsonObject;
}

export interface MadeOfTemplate {
  readonly mesh: CheckedMesh;
  readonly origin: MeshOrigin;
}

export function* bindInStages(
  template: { readonly parameters: readonly TemplateParameter[]; readonly definition: JsonObject },
  { params, name }: Pick<TemplateCall, 'params' | 'name'>,
  defaults: TaskDefaults,
): Stages<Checked<Bound>> {
  const { parameters, definition } = template;
  const inspection = new Inspection('call');
  const values = readValues(parameters, params, inspection);
  if (inspection.count > 0) return { ok: false, refusal: inspection.refusal() };
  const filled = inspection.at(
    'definition',
    () => fillReferences(definition, { values }, inspection),
    definition,
  );
  if (filled === undefined || inspection.count > 0) return { ok: false, refusal: inspection.refusal() };
  const input = { ...(filled.input as unknown as MeshInput), ...(name === null ? {} : { name }) };
  const inner = new Inspection('mesh');
  const checked = yield* checkMeshInStages(input, defaults, inner);
  if (checked.ok) {
    const all = Object.fromEntries(values);
    return { ok: true, value: { input, mesh: checked.value, params: all } };
  }
  for (const [index, place] of inner.places.entries()) {
    const names = textsTo(definition as Json, place).flatMap(parametersIn);
    const { message = '' } = checked.refusal.faults?.[index] ?? {};
    const from = names.length === 0 ? '' : `; it comes of ${names.map((one) => `params.${one}`).join(', ')}`;
    const { code } = checked.refusal;
    inspection.fault(
      { rule: message + from, code },
      ...(place[0] === 'name' && name !== null ? place : ['definition', ...place]),
    );
  }
  return { ok: false, refusal: inspection.refusal() };
}

/** Templates as the command finds them. */
export class TemplateSource {
  readonly #store: Pick<TemplateStore, 'find' | 'definitions'>;
  readonly #defaults: TaskDefaults;

  constructor(store: Pick<TemplateStore, 'find' | 'definitions'>, defaults: TaskDefaults) {
    this.#store = store;
    this.#defaults = defaults;
  }

  /** Throws what is wrong with the call. */
  async mesh(tenant: string, call: TemplateCall): Promise<MadeOfTemplate> {
    const { name, version, bound } = await this.#bind(tenant, call);
    if (!bound.ok) throw new RefusedError(bound.refusal);
    const { mesh, params } = bound.value;
    const { schedule } = call;
    return { mesh, origin: { template: { name, version, params }, ...(schedule && { schedule }) } };
  }

  async check(tenant: string, call: TemplateCall): Promise<Checked<Bound>> {
    return (await this.#bind(tenant, call)).bound;
  }

  async #bind(
    tenant: string,
    call: TemplateCall,
  ): Promise<{ readonly name: string; readonly version: number; readonly bound: Checked<Bound> }> {
    const row = await this.#store.find({ tenant, name: call.template }, call.version);
    const [found] = row === undefined ? [] : await this.#store.definitions([row]);
    if (row === undefined || found === undefined) throw noTemplate(call.template, call.version);
    const bound = await inTurns(bindInStages({ ...row, ...found }, call, this.#defaults));
    return { name: row.name, version: row.version, bound };
  }
}

export function noTemplate(name: string, version: number | null): RefusedError {
  const which = version === null ? '' : `version ${version} of `;
  const message = `no ${which}template ${JSON.stringify(name.slice(0, 100))}; \`templates\` lists them`;
  return new RefusedError({ code: 'NOT_FOUND', message });
}
