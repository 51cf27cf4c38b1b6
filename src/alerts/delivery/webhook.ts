/**
 * Tells of an alert by an HTTP request that is signed as standardwebhooks.com says: `webhook-id` stays the same however often it
 * is tried, `webhook-timestamp` and the HMAC-SHA256 of id, time and body keep others from forging or replaying it. It reaches
 * only what HTTP work may reach, and follows no redirect.
 */
import { createHmac } from 'node:crypto';
import type { Clock } from '../../kit/clock.js';
import type { DueDelivery } from '../../store/alerts.js';
import { AddressPolicy } from '../../work/http/address-policy.js';
import { parseAllowEntry } from '../../work/http/allow-list.js';
import {
  checkedLookup,
  checkLiteral,
  type Resolve,
  resolveBySystem,
} from '../../work/http/checked-lookup.js';
import { Exchanger } from '../../work/http/exchange.js';
import { HttpFailure, httpFailure } from '../../work/http/http-failure.js';
import type { SecretStore } from '../../work/secrets/secret-store.js';
import { DeliveryFault } from './courier.js';
import { toldAsJson } from './wording.js';

export interface WebhookOptions {
  readonly clock: Clock;
  readonly secrets: Pick<SecretStore, 'read'>;
  /** Entries of `execution.http_allow_private`. */
  readonly allowPrivate: readonly string[];
  readonly instance: string;
  readonly resolve?: Resolve;
}

const REQUEST_MS_MAX = 10_000;
const ANSWER_BYTES_MAX = 64 * 1024;
/** Trying again changes nothing about these. */
const HOPELESS = ['PRIVATE_ADDRESS_REFUSED', 'INVALID_URL', 'UNSUPPORTED_SCHEME'];

export class Webhook {
  readonly #options: WebhookOptions;
  readonly #policy: AddressPolicy;
  readonly #exchanger: Exchanger;

  constructor(options: WebhookOptions) {
    this.#options = options;
    this.#policy = new AddressPolicy(options.allowPrivate.map(parseAllowEntry));
    this.#exchanger = new Exchanger(options.clock);
  }

  /** Throws a DeliveryFault. */
  async send(delivery: DueDelivery, signal: AbortSignal): Promise<void> {
    const { url = '', secret = '' } = delivery.channel.webhook ?? {};
    const status = await this.#request(new URL(url), secret, { delivery, signal }).catch((error: unknown) => {
      const { code, message } = httpFailure(error);
      throw new DeliveryFault(`${code}: ${message}`, HOPELESS.includes(code));
    });
    if (status < 200 || status > 299)
      throw new DeliveryFault(`HTTP_${status}: the answer has status ${status}, not 2xx`, status === 410);
  }

  close(): void {
    this.#exchanger.close();
  }

  async #request(
    url: URL,
    secretName: string,
    { delivery, signal }: { readonly delivery: DueDelivery; readonly signal: AbortSignal },
  ): Promise<number> {
    const { secrets, clock, instance, resolve = resolveBySystem } = this.#options;
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    checkLiteral(this.#policy, url, port);
    const key = (await secrets.read([secretName])).get(secretName) ?? '';
    const body = JSON.stringify(toldAsJson(delivery, instance));
    const late = new AbortController();
    const why = new HttpFailure('RESPONSE_TIMEOUT', `No complete response within ${REQUEST_MS_MAX} ms.`);
    const timer = clock.setTimer(REQUEST_MS_MAX, () => late.abort(why));
    try {
      const headers = signedHeaders(delivery.id, body, { key, at: Math.floor(clock.wall() / 1000) });
      const hop = { method: 'POST', url, headers, body: Buffer.from(body) };
      const answer = await this.#exchanger.exchange(hop, {
        lookup: checkedLookup(resolve, this.#policy, port),
        signal: AbortSignal.any([signal, late.signal]),
        bytesMax: ANSWER_BYTES_MAX,
        connectTimeoutMs: REQUEST_MS_MAX,
        isBodiless: (status) => status >= 300,
        onBytes: () => undefined,
      });
      return answer.status;
    } catch (error) {
      throw late.signal.aborted ? why : error;
    } finally {
      timer.cancel();
    }
  }
}

export function signedHeaders(
  id: string,
  body: string,
  { key, at }: { readonly key: string; readonly at: number },
): Readonly<Record<string, string>> {
  const bytes = key.startsWith('whsec_') ? Buffer.from(key.slice(6), 'base64') : Buffer.from(key);
  const signature = createHmac('sha256', bytes).update(`${id}.${at}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'user-agent': 'taskmesh',
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': `v1,${signature}`,
  };
}
