/** Answers that do not come from GraphQL: refusals, probes and event streams, as OpenAPI describes them. */
import type { JsonObject } from '../../../kit/json.js';
import type { FaceRoute, Route } from '../route.js';

const text = { type: 'string' } as const;

export const ERROR_SCHEMA: JsonObject = {
  type: 'object',
  description: 'Every refusal has this shape.',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'request_id'],
      properties: {
        code: {
          ...text,
          description: 'Stable; programs decide by it.',
          examples: ['INVALID_INPUT', 'NOT_FOUND', 'CYCLE_DETECTED'],
        },
        message: { ...text, description: 'For people; names the place and the fix.' },
        faults: {
          type: 'array',
          description: 'All faults of the request, not only the first.',
          items: {
            type: 'object',
            required: ['field', 'message'],
            properties: { field: { ...text, examples: ['retry_policy.max_attempts'] }, message: text },
          },
        },
        details: { type: 'object', description: 'What else is known, such as the cycle.' },
        request_id: { ...text, description: 'Find the request in the log by it.' },
      },
    },
  },
};

const REFUSALS: Readonly<Record<number, readonly [name: string, description: string]>> = {
  400: ['Malformed', 'The body is not JSON, or not UTF-8.'],
  403: ['Forbidden', 'Needs the token.'],
  404: ['NotFound', 'There is no such thing.'],
  409: ['Conflict', 'The state of the task forbids it, or a cycle would close; nothing has changed.'],
  413: ['TooLarge', 'The body is larger than the server accepts.'],
  415: ['NotJson', 'The body is not sent as JSON in UTF-8.'],
  422: ['Invalid', 'The request is understood and wrong; `faults` lists everything.'],
  429: ['Overloaded', 'More than the server can take now; try again after `Retry-After` seconds.'],
  503: ['Unavailable', 'Starting, draining, or without its database; try again after `Retry-After` seconds.'],
};

const errorContent = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };

export const COMPONENT_RESPONSES: JsonObject = Object.fromEntries(
  Object.values(REFUSALS).map(([name, description]) => [name, { description, content: errorContent }]),
);

/** Which refusals a route can answer with. */
export function refusalsOf(route: Route): JsonObject {
  const statuses = new Set(route.refusals ?? []);
  if (route.kind !== 'face') for (const status of [422, 429]) statuses.add(status);
  if (route.kind !== 'face' && !('healthy' in route)) statuses.add(503);
  if (route.kind !== 'face' && route.params !== undefined) statuses.add(404);
  if (route.kind === 'operation' && route.body !== undefined)
    for (const status of [400, 413, 415]) statuses.add(status);
  const listed = [...statuses]
    .sort((a, b) => a - b)
    .map((status) => [String(status), REFUSALS[status]?.[0]] as const);
  return Object.fromEntries(
    listed.map(([status, name]) => [status, { $ref: `#/components/responses/${name}` }]),
  );
}

function json(description: string, schema: JsonObject): JsonObject {
  return { description, content: { 'application/json': { schema } } };
}

const readiness: JsonObject = {
  type: 'object',
  required: ['status', 'ready', 'checks'],
  properties: {
    status: { ...text, enum: ['ok', 'degraded', 'starting', 'draining'] },
    ready: { type: 'boolean' },
    checks: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'ok', 'detail'],
        properties: { name: text, ok: { type: 'boolean' }, detail: { type: ['string', 'null'] } },
      },
    },
  },
};

export const FACE_ANSWERS: Readonly<Record<FaceRoute['face'], JsonObject>> = {
  live: { 200: json('The process answers.', { type: 'object', properties: { status: { const: 'live' } } }) },
  ready: { 200: json('Ready.', readiness), 503: json('Not ready.', readiness) },
  prometheus: {
    200: { description: 'Prometheus text format 0.0.4.', content: { 'text/plain': { schema: text } } },
  },
};

/** OpenAPI has no word for the frames of a stream; `x-event-data` names the schema of their `data`. */
export function streamAnswer(event: JsonObject): JsonObject {
  const example = 'id: 42\nevent: completed\ndata: {"seq":42,"from":"running","to":"completed"}\n\n';
  return {
    200: {
      description: 'Server-sent events: `id` is the sequence number, `event` the new status, `data` JSON.',
      content: { 'text/event-stream': { schema: text, example, 'x-event-data': event } },
    },
    204: {
      description: 'The task has ended and nothing comes after the cursor; browsers stop reconnecting.',
    },
  };
}
