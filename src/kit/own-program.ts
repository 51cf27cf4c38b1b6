/**
 * Where a program of ours (a worker thread, a child process) is: the compiled file beside its caller. When the caller
 * itself runs from TypeScript source, as under the test runner, it is the file's twin in `dist/`, which the test run
 * builds first. Called by the parts that start programs.
 */

/** `name` without extension, relative to `from`, the caller's `import.meta.url`. */
export function ownProgram(name: string, from: string): URL {
  const compiled = from.endsWith('.ts') ? from.replace(/\/src\/(?!.*\/src\/)/, '/dist/') : from;
  return new URL(`${name}.js`, compiled);
}
