/** A real server with its dashboard in a real browser, for the tests of this folder; skipped plainly where there is no browser. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { graphql, serveProcess, type ServerProcess } from '../support/server-process.js';

const executablePath = '/usr/bin/chromium';

export const hasBrowser = existsSync(executablePath);
export const why = hasBrowser ? '' : ` (skipped: no ${executablePath})`;

/** A page on a busy machine may take long for anything. */
export const PATIENCE_MS = 60_000;

export interface Opened {
  readonly page: Page;
  /** What the console and the page complained of. */
  readonly complaints: string[];
  /** Of everything it asked. */
  readonly origins: Set<string>;
}

export interface OpenOptions {
  readonly theme?: 'light' | 'dark';
  /** Without it the page watches only. */
  readonly token?: string | undefined;
  /** False: its WebSocket opens, and nothing comes through it. */
  readonly hears?: boolean;
}

export class Dashboard {
  readonly stateDir: string;
  server: ServerProcess;
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];

  private constructor(stateDir: string, server: ServerProcess, browser: Browser) {
    [this.stateDir, this.server, this.#browser] = [stateDir, server, browser];
  }

  static async start(env: Record<string, string> = {}): Promise<Dashboard> {
    const stateDir = await mkdtemp(join(tmpdir(), 'taskmesh-dashboard-'));
    const [server, browser] = await Promise.all([
      serveProcess(stateDir, {
        TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: '4',
        TASKMESH_SERVER__REQUEST_TIMEOUT_SECONDS: '120',
        ...env,
      }),
      chromium.launch({ executablePath, args: ['--no-sandbox'] }),
    ]);
    return new Dashboard(stateDir, server, browser);
  }

  async open(
    query: string,
    { theme = 'light', token = this.server.token, hears = true }: OpenOptions = {},
  ): Promise<Opened> {
    const context = await this.#browser.newContext({
      colorScheme: theme,
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
    });
    this.#contexts.push(context);
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const opened = { page, complaints: [] as string[], origins: new Set<string>() };
    page.on('request', (request) => opened.origins.add(new URL(request.url()).origin));
    page.on('console', (message) => opened.complaints.push(message.text()));
    page.on('pageerror', (error) => opened.complaints.push(String(error.stack)));
    if (!hears) await page.routeWebSocket(/\/graphql$/, () => undefined);
    await page.addInitScript((given) => localStorage.setItem('taskmesh.token', given), token);
    await page.goto(`${this.server.url}/${query}`);
    return opened;
  }

  ask<T>(query: string, variables: object = {}): Promise<T> {
    return graphql<T>(this.server, query, variables);
  }

  async submit(input: object): Promise<string> {
    const text = 'mutation($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';
    return (await this.ask<{ submitMesh: { id: string } }>(text, { input })).submitMesh.id;
  }

  /** Every page that was opened is closed; the server goes on. */
  async closePages(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
  }

  async stop(): Promise<void> {
    await this.closePages();
    await this.#browser.close();
    await this.server.stop();
    await rm(this.stateDir, { recursive: true, force: true });
  }
}

export function waiting(durationMs: number): object {
  return { wait: { durationMs } };
}

/** Tasks that go on failing for want of a dependency: what needs it is soon broken off, which is a decision. */
export function without(dependency: string): object {
  const one = {
    name: `needs ${dependency}`,
    work: { command: { argv: ['false'] } },
    metadata: { dependency },
  };
  const retryPolicy = { maxAttempts: 100 };
  const tasks = Array.from({ length: 12 }, (_, at) => ({ ...one, key: `t${at}`, retryPolicy }));
  return { name: `without ${dependency}`, tasks };
}

/** One source, two ways, one end. */
export function diamond(durationMs: number): object {
  const task = (key: string, ...dependsOn: string[]): object => ({
    key,
    work: waiting(durationMs),
    dependsOn: dependsOn.map((source) => ({ task: source })),
  });
  return {
    name: 'diamond',
    tags: ['test'],
    tasks: [
      task('extract'),
      task('clean', 'extract'),
      task('audit', 'extract'),
      task('report', 'clean', 'audit'),
    ],
  };
}

const ARTEFACTS = fileURLToPath(new URL('../../artefacts/dashboard/', import.meta.url));

/** A picture of what the page shows, for people to look at: `artefacts/dashboard/NAME.png`, which git ignores. */
export async function keep(page: Page, name: string): Promise<void> {
  await mkdir(ARTEFACTS, { recursive: true });
  const path = join(ARTEFACTS, `${name.replace(/\W+/g, '-').toLowerCase()}.png`);
  await page.screenshot({ path, animations: 'disabled' });
}

/** The button over the canvas that stands for a task. */
export function nodeOf(page: Page, key: string): ReturnType<Page['locator']> {
  return page.locator(`.graph .mirror [data-key="${key}"]`);
}
