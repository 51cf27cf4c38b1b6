/** The containers as described: by the Compose specification, closed to other machines, of images that stay what they are. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { buildProgram } from '../../../src/cli/program.js';
import { stopMsMax } from '../../../src/app/app-options.js';
import { loadConfig } from '../../../src/config.js';
import { keys, variableOf } from '../../../src/config/sections.js';
import { parseCompose, readCompose, type Service } from './compose-schema.js';

const compose = readCompose('docker-compose.yml');
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build !== undefined);
const dockerfile = readFileSync('deploy/Dockerfile', 'utf8');

/** A version of at least two numbers: a tag that moves on with every release names fewer. */
const PINNED = /^[a-z0-9./-]+:v?\d+\.\d+(\.\d+)?(-[a-z0-9.-]+)?$/;

function verbs(): string[] {
  const silent = { write: () => undefined };
  const shell = { stdout: silent, stderr: silent, env: {}, cwd: '/', onInterrupt: () => () => undefined };
  const nobody = (): never => {
    throw new Error('nothing is started here');
  };
  const host = { version: '0', start: nobody, startNode: nobody, migrate: nobody };
  return buildProgram(host, shell, () => undefined).commands.map((command) => command.name());
}

function published(): string[] {
  return services.flatMap(([, { ports = [] }]) => ports);
}

describe('docker-compose.yml', () => {
  it('has two orchestrators, two nodes, PostgreSQL, Redis, Prometheus and Grafana, each with a health check', () => {
    expect(Object.keys(compose.services).sort()).toEqual(
      [
        ...['node-1', 'node-2', 'orchestrator-1', 'orchestrator-2', 'postgres', 'redis'],
        ...['prometheus', 'grafana'],
      ].sort(),
    );
    for (const [, { healthcheck }] of services) expect(healthcheck.test.length).toBeGreaterThan(1);
  });

  it('starts what needs others when they are healthy', () => {
    const needs = (name: string): string[] => Object.keys(compose.services[name]?.depends_on ?? {});
    for (const name of ['orchestrator-1', 'orchestrator-2'])
      expect(needs(name)).toEqual(['postgres', 'redis']);
    for (const name of ['node-1', 'node-2', 'prometheus'])
      expect(needs(name)).toEqual(['orchestrator-1', 'orchestrator-2']);
    for (const [, { depends_on = {} }] of services)
      for (const [name, { condition }] of Object.entries(depends_on)) {
        expect(condition).toBe('service_healthy');
        expect(compose.services).toHaveProperty([name]);
      }
  });

  it('starts what watches only with the profile monitoring', () => {
    const watching = services.filter(([, { profiles }]) => profiles !== undefined);
    expect(watching.map(([name, { profiles }]) => `${name} ${profiles}`)).toEqual([
      'prometheus monitoring',
      'grafana monitoring',
    ]);
  });

  it('opens its ports to this machine only', () => {
    expect(published().sort()).toEqual([
      '127.0.0.1:3000:3000',
      '127.0.0.1:5432:5432',
      '127.0.0.1:6379:6379',
      '127.0.0.1:8000:8000',
      '127.0.0.1:8001:8000',
      '127.0.0.1:9090:9090',
      '127.0.0.1:9091:9090',
    ]);
  });

  it.each(services)('%s runs an image that is pinned, as no root, without capabilities', (_name, service) => {
    expect(service.image).toMatch(PINNED);
    expect(service.user).not.toMatch(/^(0|root)\b/);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toContain('no-new-privileges:true');
  });

  it('hands secrets over as files and writes none down', () => {
    for (const [, { environment = {}, secrets = [] }] of services) {
      for (const [key, value] of Object.entries(environment))
        if (/PASSWORD|TOKEN|SECRET/.test(key)) expect(value).toMatch(/^\/run\/secrets\//);
      for (const { source, mode } of secrets) {
        expect(compose.secrets).toHaveProperty([source]);
        expect(mode).toBe(0o400);
      }
    }
    const script = readFileSync('deploy/secrets.sh', 'utf8');
    for (const { environment } of Object.values(compose.secrets)) expect(script).toContain(environment);
    expect(readFileSync('.gitignore', 'utf8').split('\n')).toContain('.env');
  });

  it('mounts volumes and files that there are', () => {
    const sources = services.flatMap(([, { volumes = [] }]) => volumes.map((one) => one.split(':')[0] ?? ''));
    for (const source of sources)
      if (source.startsWith('.')) expect(existsSync(source), source).toBe(true);
      else expect(compose.volumes).toHaveProperty([source]);
  });

  it.each(ours)('%s is called by a verb of the command line, with keys that there are', (_name, service) => {
    expect(verbs()).toContain(service.command?.[0]);
    const known = new Set([...keys.keys()].map(variableOf));
    for (const key of Object.keys(service.environment ?? {}))
      if (key.startsWith('TASKMESH_')) expect(known).toContain(key);
    expect(loadConfig({ cwd: '/', env: service.environment ?? {}, flags: {} })).toMatchObject({ ok: true });
    expect(service.init, 'somebody has to wait for what work leaves behind').toBe(true);
  });

  it('gives servers and nodes longer to end than they take at most', () => {
    const loaded = loadConfig({ cwd: '/', env: {}, flags: {} });
    if (!loaded.ok) throw new Error('the defaults are not in order');
    for (const [, service] of ours)
      expect(Number.parseInt(service.stop_grace_period ?? '', 10) * 1000).toBeGreaterThan(
        stopMsMax(loaded.config),
      );
  });

  it('has each server and node say in its log who it is', () => {
    for (const [name, { environment = {} }] of ours)
      expect(environment.TASKMESH_GENERAL__INSTANCE_NAME).toBe(name);
  });

  it.each<[string, (service: Service) => unknown]>([
    ['a key that is misspelt', (service) => ({ ...service, healtcheck: service.healthcheck })],
    ['a port of all addresses', (service) => ({ ...service, ports: ['8000:8000'] })],
    ['no health check', ({ healthcheck: _gone, ...service }) => service],
    [
      'a condition that there is not',
      (service) => ({ ...service, depends_on: { redis: { condition: 'healthy' } } }),
    ],
  ])('would be refused with %s', (_what, change) => {
    const [name, service] = ours[0] as [string, Service];
    const changed = { ...compose, services: { ...compose.services, [name]: change(service) } };
    expect(() => parseCompose(JSON.stringify(changed))).toThrow();
  });
});

describe('deploy/Dockerfile', () => {
  it('builds on images that are pinned, of a Node that the program takes, and runs as no root', () => {
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(images.length).toBeGreaterThan(1);
    for (const image of images) expect(image).toMatch(/^node:20\.(19|[2-9]\d)\.\d+-bookworm-slim$/);
    const last = dockerfile.split(/^FROM /m).at(-1);
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(last).toMatch(/^HEALTHCHECK .*deploy\/healthcheck\.mjs/m);
  });

  it('copies what there is, and what .dockerignore lets through', () => {
    const allowed = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) =>
      files.split(' '),
    );
    expect(copied.length).toBeGreaterThan(5);
    for (const file of copied) {
      expect(existsSync(file), file).toBe(true);
      expect(
        allowed.some((one) => file === one || file.startsWith(`${one}/`)),
        file,
      ).toBe(true);
    }
  });
});

describe('deploy/prometheus.yml', () => {
  it('reads servers of the cluster by names that they answer to', () => {
    const { scrape_configs } = parse(readFileSync('deploy/prometheus.yml', 'utf8')) as {
      scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
    };
    const targets = scrape_configs.find(({ job_name }) => job_name === 'taskmesh')?.static_configs[0]
      ?.targets;
    expect(targets).toEqual(['orchestrator-1:9090', 'orchestrator-2:9090']);
    for (const target of targets ?? []) {
      const [name = ''] = target.split(':');
      const { environment } = compose.services[name] as Service;
      expect(environment?.TASKMESH_SERVER__ALLOWED_HOSTS?.split(',')).toContain(name);
    }
  });
});
