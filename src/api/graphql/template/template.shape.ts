/** Between templates of the API and those of the floor below. */
import { hasDefault } from '../../../orchestrator/template/parameters.js';
import type { TemplateCall } from '../../../orchestrator/template/bind-template.js';
import type { TemplateInput } from '../../../orchestrator/template/templates.js';
import type { TemplateParameter, TemplateRow } from '../../../store/templates.js';
import { parseText, parseWhole, present } from '../arguments.js';
import type { InstantiateTemplateInput, UpdateTemplateInput } from './template.input.js';
import type { TemplateParameterView, TemplateView } from './template.type.js';

const VERSION_MAX = 2 ** 31 - 1;

export function templateView(row: TemplateRow): TemplateView {
  return { ...row, parameters: row.parameters.map(parameterView) };
}

export function parameterView(parameter: TemplateParameter): TemplateParameterView {
  return { ...parameter, required: !hasDefault(parameter) };
}

export function templateInput(
  input: Pick<UpdateTemplateInput, 'description' | 'parameters' | 'definition'>,
): TemplateInput {
  const { description = null, parameters, definition } = input;
  return { description, parameters: (parameters ?? []).map((one) => present({ ...one })), definition };
}

export function parseVersion(version: number | null | undefined, field: string): number | null {
  return version === null || version === undefined ? null : parseWhole(version, field, [1, VERSION_MAX]);
}

export function templateCall(input: InstantiateTemplateInput): TemplateCall {
  return {
    template: parseText(input.template, 'input.template') as string,
    version: parseVersion(input.version, 'input.version'),
    params: input.params ?? {},
    name: parseText(input.name, 'input.name') ?? null,
  };
}
