/** What the module executor is told once. The composition root fills it from the configuration. */
export interface ModuleOptions {
  /** Modules outside of it are refused. */
  readonly root: string;
  /** Variables of the server that modules may see, by the configuration's allow-list. */
  readonly env: Readonly<Record<string, string>>;
  /** See processes/server-mark.ts. */
  readonly mark: string;
  /** How long a module that was told to stop may take to return before its thread is ended. */
  readonly killGraceMs: number;
  readonly logBytesMax: number;
  readonly outputBytesMax: number;
  /** V8's heap of one thread in MB; memory outside the heap (buffers) is not limited. */
  readonly heapMbMax: number;
}
