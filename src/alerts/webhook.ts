/**
 * Alerts to an address on the web, signed as Standard Webhooks asks for (https://www.standardwebhooks.com): whoever
 * receives one can tell who sent it and when, and that it came once.
 */

import { createHmac, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { DemandaError } from '../errors/demanda-error.ts';
import { checkedAddress, type LookUp } from './addresses.ts';

/** From the first look-up to the last byte of the answer. */
const TIMEOUT_MS = 10_000;
/** Of an answer so many bytes are read, and none of them is kept. */
const MOST_ANSWER = 64 * 1_024;
const SECRET_BYTES = 24;
const PREFIX = 'whsec_';

export interface WebhookCall {
  readonly url: string;
  readonly secret: string;
  /** The same for every attempt at one message: whoever gets it twice knows. */
  readonly id: string;
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly allowPrivate: boolean;
  readonly lookUp?: LookUp;
}

export function newWebhookSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/** `v1,` and the HMAC-SHA256 of id, seconds and body by the secret's bytes, in base64. */
export function webhookSignature(secret: string, id: string, seconds: number, body: string): string {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
}

/**
 * What an address must be: of HTTPS, without a password in it; of HTTP only in the own network.
 *
 * @throws DemandaError ALERT_URL
 */
export function requireWebhookUrl(value: string, allowPrivate: boolean): URL {
  const url = URL.parse(value);
  const secure = url?.protocol === 'https:' || (allowPrivate && url?.protocol === 'http:');
  if (!url || !secure || url.username !== '' || url.password !== '') throw new DemandaError('ALERT_URL', {});
  return url;
}

/**
 * Calls once. Redirects are not followed: they could lead anywhere.
 *
 * @throws DemandaError ALERT_URL, ALERT_HOST_UNKNOWN, ALERT_HOST_PRIVATE, ALERT_ANSWER, ALERT_NO_ANSWER
 */
export async function callWebhook(call: WebhookCall): Promise<void> {
  const { url: value, secret, id, body, now, allowPrivate, lookUp } = call;
  const url = requireWebhookUrl(value, allowPrivate);
  const { address, family } = await checkedAddress(url.hostname, allowPrivate, lookUp);
  const seconds = Math.floor(now / 1_000);
  const status = await new Promise<number>((resolve, reject) => {
    const failed = (error: Error): void =>
      reject(new DemandaError('ALERT_NO_ANSWER', { host: url.hostname, detail: error.message }, { cause: error }));
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(
      url,
      {
        method: 'POST',
        // The address that was checked, whatever the name says by now.
        lookup: (_, options, done) => {
          if (options.all) (done as (e: null, list: object[]) => void)(null, [{ address, family }]);
          else done(null, address, family);
        },
        agent: false,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'demanda',
          'webhook-id': id,
          'webhook-timestamp': String(seconds),
          'webhook-signature': webhookSignature(secret, id, seconds, body),
        },
      },
      (response) => {
        let read = 0;
        response.on('data', (chunk: Buffer) => {
          read += chunk.length;
          if (read > MOST_ANSWER) response.destroy();
        });
        response.on('close', () => resolve(response.statusCode ?? 0));
        response.on('error', () => resolve(response.statusCode ?? 0));
      },
    );
    request.on('error', failed);
    request.end(body);
  });
  if (status < 200 || status > 299) throw new DemandaError('ALERT_ANSWER', { host: url.hostname, status });
}
