/** What axe-core finds against WCAG AA on a page as it is now. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** Fewer rules that pass than this: it has looked at an empty page. */
const PASSES_MIN = 9;

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

declare const axe: { run(options: object): Promise<{ violations: Violation[]; passes: object[] }> };

export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate((runOnly) => axe.run({ runOnly }), TAGS);
  if (found.passes.length < PASSES_MIN) return [`only ${found.passes.length} rules had anything to look at`];
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
