/**
 * What people ask of templates and do about them; implemented by template-desk.ts, on any server. A mesh is made of one by
 * the command `instantiateTemplate` (commands.ts).
 */
import type { JsonObject } from '../../kit/json.js';
import type { Page, PageRequest } from '../../store/reads.js';
import type { TemplateFilter, TemplateRow, TemplateStore } from '../../store/templates.js';
import type { Caller } from '../commands.js';
import type { Checked } from '../definition/check-mesh.js';
import type { Bound, TemplateCall } from './bind-template.js';

/** As it came in at a door; checked by the desk. */
export interface TemplateInput {
  readonly description: string | null;
  readonly parameters: readonly object[];
  readonly definition: JsonObject;
}

export interface Templates {
  /** By name. */
  list(filter: TemplateFilter, page: PageRequest): Promise<Page<TemplateRow>>;
  /** The newest version, or the one named, of a template that was deleted as well. */
  find(tenant: string, name: string, version: number | null): Promise<TemplateRow>;
  /** Of rows that were found here, as the next; newest first. */
  versions(ids: readonly string[]): Promise<readonly TemplateRow[]>;
  definitions: TemplateStore['definitions'];
  /** What would be run; nothing is made. */
  preview(tenant: string, call: TemplateCall): Promise<Checked<Bound>>;
  create(caller: Caller, name: string, input: TemplateInput): Promise<TemplateRow>;
  /** `expected`: the version that the caller has seen. */
  change(caller: Caller, name: string, expected: number, input: TemplateInput): Promise<TemplateRow>;
  /** Meshes that were made of it stay, and so do its versions. */
  remove(caller: Caller, name: string): Promise<string>;
}
