/** Feeds planted files to a rule, so that a test can show that the rule is able to fail. */
import { sourceFile } from './source-file.js';
import type { Rule } from './source-file.js';

/** Complaints as `path:line message`, about files given as path and text. */
export function complaintsOf(rule: Rule, files: Readonly<Record<string, string>>): string[] {
  const planted = Object.entries(files).map(([path, text]) => sourceFile(path, text));
  return rule(planted).map(({ file, line, message }) => `${file}:${line} ${message}`);
}

export function lines(count: number, line = '// line\n'): string {
  return line.repeat(count);
}
