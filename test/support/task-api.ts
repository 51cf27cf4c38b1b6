/** Tasks and meshes of a complete server through GraphQL, in a word each: submit, wait for the end, read, change. */
import { expect } from 'vitest';
import type { TestApp } from './app.js';
import { graphql } from './server-process.js';

export interface TaskRow {
  readonly id: string;
  readonly meshId: string;
  readonly status: string;
  readonly output: unknown;
  readonly attempt: number;
  readonly reason: string | null;
  readonly failure: { readonly kind: string; readonly code: string; readonly message: string } | null;
  readonly attempts: readonly { readonly outcome: string | null; readonly exitCode: number | null }[];
  readonly rerunOf: { readonly id: string } | null;
}

const TASK =
  'id key meshId status output attempt reason failure { kind code message } attempts { outcome exitCode } rerunOf { id }';

export const node = (script: string, more: object = {}): object => ({
  command: { argv: [process.execPath, '-e', script], ...more },
});
export const wait = (durationMs: number): object => ({ wait: { durationMs } });
export const HOUR = 3_600_000;
export const SUBMIT = 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';

/** `current`: the server as it is when a word is used. */
export function taskApi(current: () => TestApp) {
  async function ask<T>(query: string, variables: object = {}): Promise<T> {
    return await graphql<T>(current(), query, variables);
  }

  async function refusal(query: string, variables: object, as: 'owner' | 'guest' = 'owner'): Promise<string> {
    const response = await fetch(`${current().url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(as === 'owner' ? { authorization: `Bearer ${current().token}` } : {}),
      },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as { data?: object; errors?: { extensions: { code: string } }[] };
    return body.errors?.[0]?.extensions.code ?? `accepted: ${JSON.stringify(body.data)}`;
  }

  async function submit(tasks: readonly object[], more: object = {}): Promise<string> {
    const { submitMesh } = await ask<{ submitMesh: { id: string } }>(SUBMIT, {
      input: { name: 'semantics', tasks, ...more },
    });
    return submitMesh.id;
  }

  async function tasksOf(meshId: string): Promise<Record<string, TaskRow>> {
    const query = `query ($id: ID!) { mesh(id: $id) { tasks(first: 50) { nodes { ${TASK} } } } }`;
    const { mesh } = await ask<{ mesh: { tasks: { nodes: (TaskRow & { key: string })[] } } }>(query, {
      id: meshId,
    });
    return Object.fromEntries(mesh.tasks.nodes.map((task) => [task.key, task]));
  }

  async function statusesOf(meshId: string): Promise<Record<string, string>> {
    return Object.fromEntries(Object.entries(await tasksOf(meshId)).map(([key, task]) => [key, task.status]));
  }

  async function meshStatus(id: string): Promise<string> {
    return (await ask<{ mesh: { status: string } }>('query ($id: ID!) { mesh(id: $id) { status } }', { id }))
      .mesh.status;
  }

  async function ended(meshId: string): Promise<Record<string, TaskRow>> {
    await expect.poll(() => meshStatus(meshId), { timeout: 20_000, interval: 20 }).not.toBe('RUNNING');
    return await tasksOf(meshId);
  }

  async function run(tasks: readonly object[], more: object = {}): Promise<Record<string, TaskRow>> {
    return await ended(await submit(tasks, more));
  }

  async function change(name: string, id: string | undefined): Promise<TaskRow> {
    const answer = await ask<Record<string, TaskRow>>(
      `mutation ($id: ID!) { ${name}(id: $id) { id status ${name.endsWith('Task') ? 'meshId' : ''} } }`,
      { id },
    );
    return answer[name] as TaskRow;
  }

  async function until(meshId: string, expected: Record<string, string>): Promise<void> {
    await expect.poll(() => statusesOf(meshId), { timeout: 20_000, interval: 20 }).toMatchObject(expected);
  }

  async function logs(taskId: string | undefined): Promise<{ stream: string; text: string; line: number }[]> {
    const query = 'query ($id: ID!) { taskLogs(taskId: $id) { nodes { stream text line } } }';
    const { taskLogs } = await ask<{ taskLogs: { nodes: { stream: string; text: string; line: number }[] } }>(
      query,
      { id: taskId },
    );
    return taskLogs.nodes;
  }

  return { ask, refusal, submit, tasksOf, statusesOf, meshStatus, ended, run, change, until, logs };
}
