/**
 * What watches a deployment names only metrics and labels that there are: alert rules of Prometheus, the dashboard, the scaling of
 * nodes; and the manifests of Kubernetes are what the program needs.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { stopMsMax } from '../../../src/app/app-options.js';
import { loadConfig } from '../../../src/config.js';
import { SystemClock } from '../../../src/kit/clock.js';
import { TASK_STATUSES } from '../../../src/lifecycle/vocabulary.js';
import { Metrics } from '../../../src/metrics/metrics.js';
import { parseManifest } from './kubernetes-schema.js';

const instance = { name: 'a', environment: 'test', version: '0' };
const metrics = new Metrics({
  clock: new SystemClock(),
  instance,
  statuses: TASK_STATUSES,
  stateDir: '/tmp',
});
const exported = await metrics.text();
const kinds = new Map(
  [...exported.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', kind]) => [name, kind]),
);
const read = (path: string): string => readFileSync(path, 'utf8');

/** Series that a query names, without those of Prometheus itself. */
function namesIn(query: string): string[] {
  return [...new Set([...query.matchAll(/\btaskmesh_\w+/g)].map(([name]) => name))];
}

function isExported(name: string): boolean {
  if (kinds.has(name)) return true;
  return kinds.get(name.replace(/_(bucket|sum|count)$/, '')) === 'histogram';
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
}
const { groups } = parse(read('deploy/prometheus/alerts.yml')) as {
  groups: { name: string; rules: Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);

describe('the alert rules of Prometheus', () => {
  it.each(rules)('$alert names metrics that there are, a severity and what is wrong', (rule) => {
    expect(namesIn(rule.expr).filter((name) => !isExported(name))).toEqual([]);
    expect(['warning', 'critical']).toContain(rule.labels.severity);
    expect(rule.annotations.summary.length).toBeGreaterThan(10);
    if (rule.for !== undefined) expect(rule.for).toMatch(/^\d+[smh]$/);
    const open = [...rule.expr].filter((one) => '([{'.includes(one)).length;
    expect([...rule.expr].filter((one) => ')]}'.includes(one)).length).toBe(open);
  });

  it('are read by the configuration, and each has a unit test', () => {
    const { rule_files } = parse(read('deploy/prometheus.yml')) as { rule_files: string[] };
    expect(rule_files).toEqual(['prometheus/alerts.yml']);
    expect(read('docker-compose.yml')).toContain(
      './deploy/prometheus/alerts.yml:/etc/prometheus/prometheus/alerts.yml:ro',
    );
    const { tests } = parse(read('deploy/prometheus/alerts.test.yml')) as {
      tests: { alert_rule_test: { alertname: string }[] }[];
    };
    const tested = tests.flatMap(({ alert_rule_test }) => alert_rule_test.map(({ alertname }) => alertname));
    expect(new Set(tested)).toEqual(new Set(rules.map(({ alert }) => alert)));
  });

  const promtool = spawnSync('promtool', ['--version']).status === 0;
  it.skipIf(!promtool).each([
    ['pass their own tests', ['test', 'rules', 'deploy/prometheus/alerts.test.yml']],
    ['are found by the configuration', ['check', 'config', 'deploy/prometheus.yml']],
  ])('%s (skipped where there is no promtool)', (_what, args) => {
    const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
    expect(`${stdout}${stderr}`).toContain('SUCCESS');
    expect(status).toBe(0);
  });
});

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}
const dashboard = JSON.parse(read('deploy/grafana/dashboards/taskmesh.json')) as {
  uid: string;
  panels: Panel[];
};
const panels = dashboard.panels.filter(({ type }) => type !== 'row');

describe('the dashboard', () => {
  it('has a row for each family of metrics, and panels with numbers of their own', () => {
    const rows = dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title);
    expect(rows).toEqual(['Orchestrator', 'Tasks', 'Layers', 'Learning', 'Consciousness', 'System']);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });

  it.each(panels)('asks in "$title" for metrics that there are', ({ targets = [] }) => {
    expect(targets.length).toBeGreaterThan(0);
    for (const { expr } of targets) {
      expect(namesIn(expr).length).toBeGreaterThan(0);
      expect(namesIn(expr).filter((name) => !isExported(name))).toEqual([]);
    }
  });

  it('is found by the provisioning, with the data source that it names', () => {
    const { datasources } = parse(read('deploy/grafana/provisioning/datasources/prometheus.yml')) as {
      datasources: { uid: string }[];
    };
    expect(read('deploy/grafana/dashboards/taskmesh.json')).toContain(`"uid": "${datasources[0]?.uid}"`);
    expect(read('docker-compose.yml')).toContain(
      './deploy/grafana/dashboards:/var/lib/grafana/dashboards:ro',
    );
    expect(read('deploy/grafana/provisioning/dashboards/taskmesh.yml')).toContain(
      '/var/lib/grafana/dashboards',
    );
  });
});

/** Whatever YAML holds. */
type Loose = ReturnType<typeof JSON.parse>;

interface Manifest {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly name: string };
  readonly spec: Loose;
}
const { resources } = parse(read('deploy/kubernetes/kustomization.yaml')) as { resources: string[] };
const manifests = resources.flatMap((file) =>
  parseAllDocuments(read(`deploy/kubernetes/${file}`)).map((one) => one.toJS() as Manifest),
);
const of = (kind: string): Manifest[] => manifests.filter((one) => one.kind === kind);
describe('the manifests of Kubernetes', () => {
  it('hold what the API of Kubernetes knows, and nothing that is misspelt', () => {
    expect(manifests.length).toBeGreaterThan(5);
    for (const manifest of manifests) expect(() => parseManifest(manifest), manifest.kind).not.toThrow();
    const [server] = of('Deployment') as [Manifest];
    const text = JSON.stringify(server);
    for (const [right, wrong] of [
      ['readinessProbe', 'redinessProbe'],
      ['"periodSeconds":5', '"periodSeconds":"5"'],
      ['apps/v1', 'apps/v1beta1'],
      ['"drop":["ALL"]', '"dropp":["ALL"]'],
      ['"maxSurge":1', '"maxSurge":true'],
    ] as const) {
      expect(text).toContain(right);
      expect(() => parseManifest(JSON.parse(text.replace(right, wrong))), wrong).toThrow();
    }
  });

  it('select pods that there are', () => {
    const apps = of('Deployment').map(({ spec }) => spec.template.metadata.labels.app);
    for (const { spec } of of('Deployment')) expect(apps).toContain(spec.selector.matchLabels.app);
    for (const { spec } of of('PodDisruptionBudget')) expect(apps).toContain(spec.selector.matchLabels.app);
    for (const { spec } of of('Service')) expect(apps).toContain(spec.selector.app);
    for (const { spec } of of('NetworkPolicy')) expect(apps).toContain(spec.podSelector.matchLabels.app);
  });

  it.each(of('Deployment').map((one) => [one.metadata.name as string, one.spec.template.spec as Loose]))(
    '%s starts a verb with keys that there are, as no root, and has time to drain',
    (_name, spec) => {
      const [container] = spec.containers;
      const env = Object.fromEntries(
        container.env.map((one: { name: string; value?: string }) => [one.name, one.value ?? 'pod-1']),
      );
      const loaded = loadConfig({ cwd: '/', env, flags: {} });
      expect(loaded).toMatchObject({ ok: true });
      expect(['serve', 'node']).toContain(container.args[0]);
      expect(spec.securityContext.runAsNonRoot).toBe(true);
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      });
      if (loaded.ok)
        expect(spec.terminationGracePeriodSeconds * 1000).toBeGreaterThan(stopMsMax(loaded.config) + 5000);
      expect(container.readinessProbe).toBeDefined();
      const mounts = container.volumeMounts.map((one: { name: string }) => one.name);
      expect(spec.volumes.map((one: { name: string }) => one.name)).toEqual(mounts);
    },
  );

  it('probe by a host that is served, and scale nodes by a metric that there is', () => {
    const server = of('Deployment')[0] as Manifest;
    const { startupProbe, livenessProbe, readinessProbe } = server.spec.template.spec.containers[0];
    for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe])
      expect(httpGet.httpHeaders).toEqual([{ name: 'Host', value: 'localhost' }]);
    const [scaler] = of('HorizontalPodAutoscaler');
    expect(isExported(scaler?.spec.metrics[0].external.metric.name)).toBe(true);
    expect(of('Deployment').map(({ metadata }) => metadata.name)).toContain(scaler?.spec.scaleTargetRef.name);
  });

  const kubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
  it.skipIf(!kubectl)('are put together by kustomize (skipped where there is no kubectl)', () => {
    const { status, stdout } = spawnSync('kubectl', ['kustomize', 'deploy/kubernetes'], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect([...stdout.matchAll(/^kind: /gm)]).toHaveLength(manifests.length);
  });
});
