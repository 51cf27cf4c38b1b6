/** The verbs against a server of their own: in this order, as a person would use them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { badInvocations } from '../api/bad-input/cli-table.js';
import { type Ended, openPlace, type Place, type Started } from './cli-program.js';

/** Each verb is a process of its own, and a server among them takes seconds to start on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

let place: Place;

beforeAll(async () => {
  place = await openPlace();
});
afterAll(async () => {
  await place.close();
});

async function file(name: string, text: string): Promise<string> {
  const path = join(place.stateDir, name);
  await writeFile(path, text);
  return path;
}

function lastLine({ stdout }: Ended): Record<string, unknown> {
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

const failing = `
name: failing
tasks:
  ok: { wait: 5 }
  bad:
    command: [node, -e, "console.log('about to \\u001b[2J fail'); process.exit(3)"]
    retryPolicy: { maxAttempts: 2, initialIntervalMs: 10 }
    dependsOn: [ok]
  after: { wait: 5, dependsOn: [bad] }
`;
const long =
  'name: long\ntasks:\n  sleep: { command: [sleep, "60"] }\n  after: { wait: 1, dependsOn: [sleep] }\n';
const steps =
  'name: steps\ntasks:\n  a: { wait: 100 }\n  b: { wait: 3000, dependsOn: [a] }\n  c: { wait: 10, dependsOn: [b] }\n';

describe('without a server', () => {
  it('run starts one, tells each failure with its last lines, and ends with 1', async () => {
    const { exitCode, stdout } = await place.run('run', await file('failing.yaml', failing));
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✗ failing failed after .*: 1 failed, 1 upstream failed, 1 completed/);
    expect(stdout).toMatch(/✗ bad failed, after 2 attempts: EXIT_3: .*\n {4}\| about to \\u001b\[2J fail/);
    expect(stdout).toMatch(/taskmesh rerun [0-9a-f-]{36} --from-failure/);
  });

  it('rerun starts one as well, and runs only what did not complete', async () => {
    const ended = await place.run('rerun', 'failing', '--from-failure', '--json');
    expect(lastLine(ended)).toMatchObject({
      status: 'FAILED',
      failures: [{ key: 'bad', failure: { code: 'EXIT_3' } }],
    });
    const ran = ended.stdout.match(/"key":"ok".*"to":"RUNNING"/g);
    expect(ran).toBeNull();
  });

  it('Ctrl-C cancels the mesh, whose work is ended, and ends with 130', async () => {
    const run = place.start('run', await file('long.yaml', long));
    await run.shows(/sleep running/);
    run.child.kill('SIGINT');
    const { exitCode, stdout } = await run.ended;
    expect(exitCode).toBe(130);
    expect(stdout).toMatch(/sleep cancelled/);
    expect(stdout).toMatch(/long cancelled after/);
  });
});

describe('with a server', () => {
  let server: Started;

  beforeAll(async () => {
    server = place.start('serve', '--json');
    await server.shows(/"ready":true/);
  });
  afterAll(async () => {
    server.child.kill('SIGTERM');
    expect((await server.ended).exitCode).toBe(0);
  });

  it('submit, status, watch and logs find the same mesh', async () => {
    const submitted = lastLine(await place.run('submit', await file('steps.yaml', steps), '--json'));
    const watched = await place.run('watch', String(submitted.id));
    expect([watched.exitCode, watched.stdout]).toEqual([0, expect.stringMatching(/✓ steps completed/)]);
    const status = lastLine(await place.run('status', 'steps', '--json'));
    expect(status).toMatchObject({ id: submitted.id, status: 'COMPLETED', counts: { completed: 3 } });
    expect((await place.run('status', 'b')).stdout).toMatch(/✓ b completed\n[0-9a-f-]{36} in mesh/);
    expect((await place.run('status')).stdout).toContain('steps');
    expect((await place.run('graph', 'steps')).stdout).toMatch(/2 {2}✓ b {2}completed {2}← a/);
  });

  it('run submits there, and Ctrl-C only leaves', async () => {
    const run = place.start('run', await file('left.yaml', steps.replace('name: steps', 'name: left')));
    await run.shows(/b running/);
    run.child.kill('SIGINT');
    const { exitCode, stderr } = await run.ended;
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/goes on without you\.\n {2}taskmesh watch [0-9a-f-]{36}/);
    expect(lastLine(await place.run('watch', 'left', '--json'))).toMatchObject({ status: 'COMPLETED' });
  });

  it('logs -f follows a task to its end', async () => {
    const text =
      'name: talk\ntasks:\n  talk: { command: [node, -e, "let i=0;setInterval(()=>{console.log(\'line\',++i);if(i===4)process.exit()},200)"] }\n';
    await place.run('submit', await file('talk.yaml', text));
    const { exitCode, stdout } = await place.run('logs', 'talk', '-f');
    expect(exitCode).toBe(0);
    expect(stdout.match(/line \d/g)).toEqual(['line 1', 'line 2', 'line 3', 'line 4']);
    expect((await place.run('logs', 'talk', '--json')).stdout.trim().split('\n')).toHaveLength(4);
  });

  it('cancel ends a mesh, retry runs a task again', async () => {
    await place.run('submit', join(place.stateDir, 'long.yaml'));
    expect((await place.run('cancel', 'long')).stdout).toMatch(/^long (cancelled|running)\n/);
    expect(lastLine(await place.run('watch', 'long', '--json'))).toMatchObject({ status: 'CANCELLED' });
    const retried = lastLine(await place.run('retry', 'bad', '--json'));
    expect(retried).toMatchObject({ key: 'bad', meshId: expect.any(String) });
  });

  it('a second server in the same place is refused', async () => {
    const { exitCode, stderr } = await place.run('serve');
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/a server runs in this state directory already/),
    ]);
  });

  it('what is not there is told with the next step', async () => {
    for (const verb of ['status', 'watch', 'logs', 'cancel', 'retry']) {
      const { exitCode, stderr } = await place.run(verb, 'nothing-of-that-name');
      expect([verb, exitCode, stderr]).toEqual([
        verb,
        1,
        expect.stringMatching(/^error: there is no .*\nnext: /),
      ]);
    }
  });
});

describe('a bad invocation of the built program', () => {
  const rows = badInvocations
    .filter(({ files, env }) => files === undefined && env === undefined)
    .slice(0, 12);

  it.each(rows)('ends well: $title', async ({ argv, exitCode, says }) => {
    const run = await place.run(...argv);
    expect(run.stdout + run.stderr).toMatch(says);
    expect(run.exitCode).toBe(exitCode);
  });
});
