/** What people ask of templates and do about them, on any server: checked, permitted, and written with an entry of the audit. */
import type { Json, JsonObject } from '../../kit/json.js';
import type { AuditRow } from '../../lifecycle/batch.js';
import { asked } from '../../lifecycle/person.js';
import { redacted } from '../../lifecycle/redacted.js';
import { RefusedError } from '../../lifecycle/refusal.js';
import type { Page, PageRequest } from '../../store/reads.js';
import {
  type TemplateFilter,
  TEMPLATES_MAX,
  type TemplateRow,
  type TemplateStore,
  type TemplateText,
  type VersionKey,
} from '../../store/templates.js';
import { type Caller, tenantOf } from '../commands.js';
import type { Checked } from '../definition/check-mesh.js';
import type { TaskDefaults } from '../definition/mesh-input.js';
import { mayChange, refuse, TOKEN } from '../permissions.js';
import { type Bound, noTemplate, type TemplateCall, TemplateSource } from './bind-template.js';
import { checkTemplate, mayRunCode } from './check-template.js';
import type { TemplateInput, Templates } from './templates.js';

export interface TemplateDeskOptions {
  readonly store: TemplateStore;
  readonly newId: () => string;
  readonly defaults: TaskDefaults;
}

/** Names stand in addresses; those of schedules are alike. */
export const NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;

export const NAME_RULE =
  'must be 1 to 100 letters, digits, dots, dashes and underscores, and begin with a letter or digit';

export class TemplateDesk implements Templates {
  readonly #options: TemplateDeskOptions;
  readonly #source: TemplateSource;

  constructor(options: TemplateDeskOptions) {
    this.#options = options;
    this.#source = new TemplateSource(options.store, options.defaults);
  }

  list(filter: TemplateFilter, page: PageRequest): Promise<Page<TemplateRow>> {
    return this.#options.store.list(filter, page);
  }

  async find(tenant: string, name: string, version: number | null): Promise<TemplateRow> {
    const row = await this.#options.store.find({ tenant, name }, version);
    if (row === undefined) throw noTemplate(name, version);
    return row;
  }

  versions(ids: readonly string[]): Promise<readonly TemplateRow[]> {
    return this.#options.store.versions(ids);
  }

  definitions(versions: readonly VersionKey[]): ReturnType<TemplateStore['definitions']> {
    return this.#options.store.definitions(versions);
  }

  preview(tenant: string, call: TemplateCall): Promise<Checked<Bound>> {
    return this.#source.check(tenant, call);
  }

  async create(caller: Caller, name: string, input: TemplateInput): Promise<TemplateRow> {
    if (!NAME.test(name))
      refuse('INVALID_INPUT', `name ${NAME_RULE}`, [{ path: 'name', message: NAME_RULE }]);
    const text = this.#checked(caller, input);
    const { store, newId } = this.#options;
    const key = { tenant: tenantOf(caller), name };
    const audit = entry(caller, 'createTemplate', name, { before: null, after: told(text) });
    const made = await store.add(key, { ...text, id: newId(), by: caller.id }, audit);
    if (made !== undefined) return made;
    const known = await store.find(key, null);
    if (known === undefined)
      refuse(
        'LIMIT_EXCEEDED',
        `there are ${TEMPLATES_MAX} templates, as many as there may be; delete one first`,
      );
    refuse(
      'CONFLICT',
      `template "${name}" exists, in version ${known.latest}; change it with updateTemplate`,
    );
  }

  async change(caller: Caller, name: string, expected: number, input: TemplateInput): Promise<TemplateRow> {
    const known = await this.#changeable(caller, name);
    const text = this.#checked(caller, input);
    const key = { tenant: tenantOf(caller), name };
    const audit = entry(caller, 'updateTemplate', name, {
      before: { version: expected },
      after: { version: expected + 1, ...told(text) },
    });
    const changed = await this.#options.store.change(key, { ...text, expected, by: caller.id }, audit);
    if (changed !== undefined) return changed;
    const { latest } = await this.#options.store.find(key, null).then((row) => row ?? known);
    refuse(
      'CONFLICT',
      `template "${name}" is in version ${latest} and not ${expected}: somebody changed it; read it again and change that`,
    );
  }

  async remove(caller: Caller, name: string): Promise<string> {
    const { latest, id } = await this.#changeable(caller, name);
    const audit = entry(caller, 'deleteTemplate', name, { before: { version: latest }, after: null });
    if (!(await this.#options.store.remove({ tenant: tenantOf(caller), name }, audit)))
      throw noTemplate(name, null);
    return id;
  }

  async #changeable(caller: Caller, name: string): Promise<TemplateRow> {
    const row = await this.find(tenantOf(caller), name, null);
    if (!mayChange(caller, row))
      refuse('FORBIDDEN', `template "${name}" was made by somebody else; ${TOKEN}`);
    return row;
  }

  #checked(caller: Caller, input: TemplateInput): TemplateText {
    const checked = checkTemplate(input, this.#options.defaults);
    if (!checked.ok) throw new RefusedError(checked.refusal);
    if (!caller.trusted && mayRunCode(checked.value.definition))
      refuse('FORBIDDEN', `definition: its work runs code on this machine and needs the owner; ${TOKEN}`);
    return checked.value;
  }
}

function told({ description, parameters, definition }: TemplateText): JsonObject {
  const { tasks } = definition;
  return {
    description,
    parameters: parameters.map(({ name }) => name),
    tasks: Array.isArray(tasks) ? tasks.length : null,
  };
}

function entry(
  caller: Caller,
  action: string,
  name: string,
  change: Pick<AuditRow, 'before' | 'after'>,
): AuditRow {
  const shown = (value: Json | null): Json | null => (value === null ? null : redacted(value));
  const { before, after } = change;
  return {
    ...asked(caller, action),
    subject: `template ${name}`,
    before: shown(before),
    after: shown(after),
  };
}
