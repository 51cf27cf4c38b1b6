/**
 * One trace over a server and a node, from a request that brings its own `traceparent` to the work, as an OTLP receiver sees it;
 * and nothing of all that is loaded where tracing is off.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterSite, onCluster } from '../../support/cluster/cluster-site.js';
import { until } from '../../support/until.js';

const SLOWLY = { timeout: 180_000 };
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const ABOVE = 'b7ad6b7169203331';

interface SpanView {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code?: number; readonly message?: string };
}

const spans: SpanView[] = [];
const sent: { path: string | undefined; key: string | undefined }[] = [];
const asked: (string | undefined)[] = [];
const receiver = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.url === '/work') asked.push(request.headers.traceparent as string | undefined);
  else {
    sent.push({ path: request.url, key: request.headers['x-api-key'] as string | undefined });
    const body = JSON.parse(Buffer.concat(chunks).toString()) as {
      resourceSpans: { scopeSpans: { spans: SpanView[] }[] }[];
    };
    for (const { scopeSpans } of body.resourceSpans)
      for (const scope of scopeSpans) spans.push(...scope.spans);
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
});
const origin = (): string => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;

let site: ClusterSite;

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  site = await ClusterSite.open('postgresql', {
    env: {
      TASKMESH_OBSERVABILITY__TRACING__ENABLED: 'true',
      TASKMESH_OBSERVABILITY__TRACING__ENDPOINT: `${origin()}/v1/traces`,
      TASKMESH_OBSERVABILITY__TRACING__HEADERS: 'x-api-key=abc',
      TASKMESH_OBSERVABILITY__TRACING__INTERVAL_SECONDS: '0.1',
      TASKMESH_OBSERVABILITY__LOGS__LEVEL: 'debug',
      TASKMESH_EXECUTION__HTTP_ALLOW_PRIVATE: '["127.0.0.1"]',
      TASKMESH_CLUSTER__LEASE_SECONDS: '30',
    },
  });
  await site.start('worker-1');
}, SLOWLY.timeout);
afterAll(async () => {
  await site?.close();
  receiver.closeAllConnections();
  receiver.close();
}, SLOWLY.timeout);

async function submit(tasks: readonly object[]): Promise<string> {
  const response = await fetch(`${site.server.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${site.server.token}`,
      traceparent: `00-${TRACE}-${ABOVE}-01`,
    },
    body: JSON.stringify({
      query: 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }',
      variables: { input: { name: 'traced', tasks } },
    }),
  });
  const { data } = (await response.json()) as { data: { submitMesh: { id: string } } };
  return data.submitMesh.id;
}

const named = (name: string): SpanView => {
  const found = spans.find((span) => span.name === name && span.traceId === TRACE);
  if (found === undefined) throw new Error(`no span ${name} among ${spans.map((one) => one.name).join()}`);
  return found;
};

describe('a task that runs on a node', () => {
  it(
    'is one trace: request, operation, commit, queue, attempt, layer, node, and the work knows it',
    SLOWLY,
    async () => {
      const script = `printf '"%s"' "$TRACEPARENT" > "$TASKMESH_OUTPUT"`;
      const mesh = await submit([onCluster('a', script)]);
      await until('it ends', async () =>
        (await site.tasksOf(mesh)).every(({ status }) => status === 'COMPLETED'),
      );
      await until(
        'its spans came',
        () =>
          spans.some(({ name }) => name === 'node worker-1') && spans.some(({ name }) => name === 'attempt'),
      );
      const parents = (name: string) => named(name).parentSpanId;
      expect(parents('POST /graphql')).toBe(ABOVE);
      expect(parents('mutation submitMesh')).toBe(named('POST /graphql').spanId);
      expect(parents('commit submitMesh')).toBe(named('mutation submitMesh').spanId);
      expect(parents('attempt')).toBe(named('commit submitMesh').spanId);
      expect(parents('queue')).toBe(named('attempt').spanId);
      expect(parents('layer CLUSTER')).toBe(named('attempt').spanId);
      expect(parents('node worker-1')).toBe(named('layer CLUSTER').spanId);
      const [task] = await site.tasksOf(mesh);
      expect(task?.output).toBe(`00-${TRACE}-${named('node worker-1').spanId}-01`);
      expect(sent[0]).toEqual({ path: '/v1/traces', key: 'abc' });
      expect(BigInt(named('queue').endTimeUnixNano) >= BigInt(named('queue').startTimeUnixNano)).toBe(true);
    },
  );

  it('writes its trace into the lines that the server logs for the request', async () => {
    const lines = site.server
      .stderr()
      .split('\n')
      .filter((line) => line.includes(TRACE));
    expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ trace_id: TRACE, span_id: expect.any(String) });
  });
});

describe('a rerun', () => {
  it('is a trace of its own, linked to that of the run it comes of', SLOWLY, async () => {
    const mesh = await submit([{ key: 'r', name: 'r', layer: 'LOCAL', work: { wait: { durationMs: 1 } } }]);
    await until('it ends', async () =>
      (await site.tasksOf(mesh)).every(({ status }) => status === 'COMPLETED'),
    );
    await until(
      'its commit came',
      () => spans.filter(({ name }) => name === 'commit submitMesh').length === 2,
    );
    const first = spans.filter(({ name }) => name === 'commit submitMesh')[1] as SpanView;
    const { rerunMesh } = await site.ask<{ rerunMesh: { id: string } }>(
      'mutation ($id: ID!) { rerunMesh(id: $id, strategy: ALL) { id } }',
      { id: mesh },
    );
    await until('it ends', async () =>
      (await site.tasksOf(rerunMesh.id)).every(({ status }) => status === 'COMPLETED'),
    );
    const again = () => spans.find(({ name, traceId }) => name === 'attempt' && traceId !== TRACE);
    await until(
      'its spans came',
      () => again() !== undefined && spans.some(({ name }) => name === 'commit rerunMesh'),
    );
    const commit = spans.find(({ name }) => name === 'commit rerunMesh');
    expect(again()).toMatchObject({
      traceId: commit?.traceId,
      parentSpanId: commit?.spanId,
      links: [{ traceId: TRACE, spanId: first.spanId }],
    });
  });
});

describe('work over HTTP', () => {
  it('sends the header on, and its failure is that of its spans', SLOWLY, async () => {
    spans.length = 0;
    const ok = { key: 'h', name: 'h', layer: 'LOCAL', work: { http: { url: `${origin()}/work` } } };
    const bad = {
      key: 'b',
      name: 'b',
      layer: 'LOCAL',
      work: { http: { url: 'http://127.0.0.1:1/' } },
      retryPolicy: { maxAttempts: 1 },
    };
    const mesh = await submit([ok, bad]);
    await until('both end', async () =>
      (await site.tasksOf(mesh)).every(({ status }) => ['COMPLETED', 'FAILED'].includes(status)),
    );
    await until('their spans came', () => spans.filter(({ name }) => name === 'attempt').length === 2);
    const layers = spans.filter(({ name }) => name === 'layer LOCAL');
    expect(layers.some(({ spanId }) => asked[0] === `00-${TRACE}-${spanId}-01`)).toBe(true);
    const failed = layers.filter(({ status }) => status.code === 2);
    expect(failed.map(({ status }) => status.message?.split(':')[0])).toEqual(['CONNECTION_REFUSED']);
  });
});
