/**
 * A response as the output of a task: `{ status, headers, body }`, the body parsed when its content type is JSON, text
 * in its declared character set otherwise, null when empty. Values only.
 */
import type { Answer } from './exchange.js';

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

export function textOf(answer: Answer): string {
  const charset = /;\s*charset="?([\w.:-]{1,40})/i.exec(answer.headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(answer.body);
  } catch {
    return answer.body.toString('utf8');
  }
}

function bodyOf(answer: Answer): { body: unknown; warning?: string } {
  const text = textOf(answer);
  if (answer.body.length === 0) return { body: null };
  if (!JSON_TYPE.test(answer.headers['content-type'] ?? '')) return { body: text };
  try {
    return { body: JSON.parse(text) };
  } catch (error) {
    // The request did its work: failing here would repeat it for nothing.
    return {
      body: text,
      warning: `the body says it is JSON but is not, so it is kept as text: ${(error as Error).message}`,
    };
  }
}

export function httpOutput(answer: Answer): { output: unknown; warning?: string } {
  const { body, warning } = bodyOf(answer);
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
  return { output: { status: answer.status, headers, body }, warning };
}
