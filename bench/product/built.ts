/** Parts of the product as they are built, for the processes that measure: typed by the sources, loaded from `dist/`. */

/** `path` below `src/`, without extension. */
export async function built<T>(path: string): Promise<T> {
  return (await import(new URL(`../../dist/${path}.js`, import.meta.url).href)) as T;
}
