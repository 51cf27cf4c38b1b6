/**
 * That every `${inputs.…}` template in a task's work can be filled: written rightly, and naming a task whose output
 * arrives over a DATA edge. Called once all edges are known. Filling templates is the business of work/templates.ts.
 */
import { didYouMean } from '../../../kit/nearest-word.js';
import type { Work } from '../../../lifecycle/work.js';
import { templateFaults, templatesOf } from '../../../work/templates.js';
import type { CheckedEdge } from '../mesh-input.js';
import type { Inspection, Step } from './inspection.js';
import { showText } from './show-value.js';
import type { ReadTask } from './task-fields.js';

/** Most works have no template at all, which is seen much faster than by looking for them. */
function mayHoldTemplates(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('${');
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(mayHoldTemplates);
  for (const name in value) if (mayHoldTemplates((value as Record<string, unknown>)[name])) return true;
  return false;
}

/** `command.argv[2]` as steps below `work`. */
function stepsOf(where: string): Step[] {
  return (where.match(/[^.[\]]+/g) ?? []).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

/** What is wrong with the templates themselves; `place` leads to the task. */
export function checkTemplateSyntax(work: Work, place: readonly Step[], inspection: Inspection): void {
  if (!mayHoldTemplates(work)) return;
  for (const { where, message } of templateFaults(work)) {
    const problem = message.startsWith(`${where}: `) ? message.slice(where.length + 2) : message;
    inspection.fault(
      { rule: `has a template that cannot be used: ${problem}` },
      ...place,
      'work',
      ...stepsOf(where),
    );
  }
}

function checkSources(
  work: Work,
  sources: ReadonlySet<string>,
  place: readonly Step[],
  inspection: Inspection,
): void {
  for (const key of templatesOf(work)) {
    if (sources.has(key)) continue;
    const meant = didYouMean(key, sources, inspection.suggestions);
    const fix =
      meant ?? `add { task: ${showText(key)}, type: DATA } to dependsOn, or write $\${ for a literal $\{`;
    inspection.fault(
      { rule: `names the output of ${showText(key)}, which is no DATA dependency of this task`, fix },
      ...place,
      'work',
    );
  }
}

function dataSources(edges: readonly CheckedEdge[]): Map<string, Set<string>> {
  const sources = new Map<string, Set<string>>();
  for (const { source, target, type } of edges) {
    if (type !== 'DATA') continue;
    const known = sources.get(target);
    if (known === undefined) sources.set(target, new Set([source]));
    else known.add(source);
  }
  return sources;
}

/** `placeOf` leads to a task by its index. */
export function checkTemplates(
  tasks: readonly (ReadTask | undefined)[],
  edges: readonly CheckedEdge[],
  placeOf: (index: number) => readonly Step[],
  inspection: Inspection,
): void {
  let sources: Map<string, Set<string>> | undefined;
  tasks.forEach((task, index) => {
    if (!task?.work || !mayHoldTemplates(task.work)) return;
    sources ??= dataSources(edges);
    checkTemplateSyntax(task.work, placeOf(index), inspection);
    checkSources(task.work, sources.get(task.key ?? '') ?? new Set(), placeOf(index), inspection);
  });
}
