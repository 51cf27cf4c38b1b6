/** No file reaches itself through imports, types included. */
import type { Complaint, Rule, SourceFile } from '../source-file.js';

interface Step {
  readonly file: SourceFile;
  readonly line: number;
}

function stepsFrom(file: SourceFile, byPath: ReadonlyMap<string, SourceFile>): Step[] {
  return file.imports.flatMap(({ target, line }) => {
    const next = target === undefined ? undefined : byPath.get(target);
    return next === undefined ? [] : [{ file: next, line }];
  });
}

/** Depth first; an import of a file that is still on the way closes a cycle. Each closing import is named once. */
export const cycles: Rule = (files) => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const complaints: Complaint[] = [];
  const visit = (file: SourceFile, way: readonly string[]): void => {
    if (done.has(file.path)) return;
    const here = [...way, file.path];
    for (const step of stepsFrom(file, byPath)) {
      const start = here.indexOf(step.file.path);
      if (start === -1) visit(step.file, here);
      else
        complaints.push({
          file: file.path,
          line: step.line,
          message: `closes a cycle: ${[...here.slice(start), step.file.path].join(' -> ')}`,
        });
    }
    done.add(file.path);
  };
  for (const file of files) visit(file, []);
  return complaints;
};
