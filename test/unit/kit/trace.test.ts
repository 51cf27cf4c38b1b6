/** W3C Trace Context, and that nothing of OpenTelemetry is loaded by what runs without it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readTraceparent } from '../../../src/kit/trace/tracer.js';

const IDS = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';

it('a traceparent of version 00 is read, and everything else begins a trace', () => {
  expect(readTraceparent(`00-${IDS}-01`)).toEqual({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    isSampled: true,
  });
  expect(readTraceparent(`00-${IDS}-00`)?.isSampled).toBe(false);
  const zeros = `00-${'0'.repeat(32)}-b7ad6b7169203331-01`;
  for (const bad of [
    undefined,
    7,
    '',
    `01-${IDS}-01`,
    `00-${IDS}`,
    `00-${IDS.toUpperCase()}-01`,
    zeros,
    `00-${IDS}-01\n`,
  ])
    expect(readTraceparent(bad)).toBeUndefined();
});

it('the libraries are imported in one file, which is imported only when tracing is enabled', () => {
  const root = new URL('../../../src', import.meta.url).pathname;
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.startsWith('generated'),
  );
  const importing = (pattern: RegExp) =>
    files.filter((name) => pattern.test(readFileSync(join(root, name), 'utf8')));
  expect(importing(/from '@opentelemetry/)).toEqual(['telemetry/otel-tracer.ts']);
  expect(importing(/^import .*otel-tracer/m)).toEqual([]);
  expect(importing(/import\('.*otel-tracer\.js'\)/)).toEqual(['app/observing/telemetry.ts']);
});
