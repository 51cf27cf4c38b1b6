/**
 * What docker-compose.yml may hold, as the Compose specification has it for the attributes that are used here
 * (https://github.com/compose-spec/compose-spec/blob/main/05-services.md). Strict: what is misspelt is refused.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const name = z.string().regex(/^[a-zA-Z0-9._-]+$/);
const duration = z.string().regex(/^(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/);
const text = z.string().min(1);

const healthcheck = z.strictObject({
  test: z
    .array(text)
    .min(2)
    .refine(([how]) => how === 'CMD' || how === 'CMD-SHELL'),
  interval: duration,
  timeout: duration,
  retries: z.int().positive(),
  start_period: duration,
  start_interval: duration,
});

const condition = z.enum(['service_started', 'service_healthy', 'service_completed_successfully']);

const serviceSecret = z.strictObject({ source: name, uid: text, gid: text, mode: z.int() });

const service = z.strictObject({
  profiles: z.array(name).optional(),
  image: text,
  build: z.strictObject({ context: text, dockerfile: text }).optional(),
  user: text,
  init: z.boolean().optional(),
  hostname: name.optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  stop_grace_period: duration.optional(),
  shm_size: text.optional(),
  cap_drop: z.array(text),
  security_opt: z.array(text),
  command: z.array(text).optional(),
  environment: z.record(z.string().regex(/^[A-Z_0-9]+$/), z.string()).optional(),
  secrets: z.array(serviceSecret).optional(),
  volumes: z.array(z.string().regex(/^[^:]+:\/[^:]+(:ro)?$/)).optional(),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/)).optional(),
  networks: z.array(name),
  depends_on: z.record(name, z.strictObject({ condition })).optional(),
  healthcheck,
});

const compose = z
  .looseObject({
    name,
    services: z.record(name, service),
    networks: z.record(name, z.strictObject({})),
    volumes: z.record(name, z.strictObject({})),
    secrets: z.record(name, z.strictObject({ environment: z.string().regex(/^[A-Z_]+$/) })),
  })
  .refine((file) => {
    const known = ['name', 'services', 'networks', 'volumes', 'secrets'];
    return Object.keys(file).every((key) => known.includes(key) || key.startsWith('x-'));
  });

export type Compose = z.infer<typeof compose>;
export type Service = z.infer<typeof service>;

/** Throws what is wrong with the text. */
export function readCompose(path: string): Compose {
  return parseCompose(readFileSync(path, 'utf8'));
}

export function parseCompose(yaml: string): Compose {
  return compose.parse(parse(yaml, { merge: true }));
}
