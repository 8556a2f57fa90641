/**
 * Load as it comes from many callers who do not wait for each other: requests at random instants (a Poisson process),
 * each sent at its instant whatever is still unanswered. A latency counts from that instant to the last byte, so that
 * neither a slow server nor a late generator hides a wait.
 */

import { Agent, request } from 'node:http';
import { RandomStream } from '../src/core/math/random.ts';

export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

export interface Answers {
  /** Of each request answered with 2xx, in milliseconds, ascending. */
  readonly latencies: readonly number[];
  readonly errors: number;
  /** How late each request was sent, in milliseconds, ascending: the generator's own share of the latencies. */
  readonly lateness: readonly number[];
}

const TIMEOUT_MS = 10_000;

/** @param perSecond mean rate @param requests taken in turn */
export async function openLoad(
  url: string,
  headers: Readonly<Record<string, string>>,
  requests: readonly Asked[],
  { perSecond, seconds, seed }: { readonly perSecond: number; readonly seconds: number; readonly seed: number },
): Promise<Answers> {
  const random = new RandomStream(seed);
  const agent = new Agent({ keepAlive: true });
  const latencies: number[] = [];
  const lateness: number[] = [];
  let errors = 0;
  const ask = ({ method, path, body }: Asked, due: number): Promise<void> =>
    new Promise((resolve) => {
      const fail = (): void => {
        errors++;
        resolve();
      };
      const sent = request(new URL(path, url), { method, headers, agent, timeout: TIMEOUT_MS }, (answer) => {
        answer.resume();
        answer.once('error', fail);
        answer.once('end', () => {
          const { statusCode = 0 } = answer;
          if (statusCode < 200 || statusCode > 299) return fail();
          latencies.push(performance.now() - due);
          resolve();
        });
      });
      sent.once('timeout', () => sent.destroy(new Error('no answer')));
      sent.once('error', fail);
      sent.end(body);
      lateness.push(performance.now() - due);
    });
  const unanswered: Promise<void>[] = [];
  const end = performance.now() + seconds * 1_000;
  let due = performance.now();
  for (let i = 0; ; i++) {
    // Waits between the events of a Poisson process are exponential.
    due += (-Math.log(1 - random.uniform()) * 1_000) / perSecond;
    if (due > end) break;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    // Timers may be early by less than a millisecond.
    unanswered.push(ask(requests[i % requests.length] as Asked, Math.min(due, performance.now())));
  }
  await Promise.all(unanswered);
  agent.destroy();
  return { latencies: latencies.sort((a, b) => a - b), errors, lateness: lateness.sort((a, b) => a - b) };
}

/**
 * The same requests one after the other, each sent when the one before is answered.
 *
 * @returns milliseconds of each, ascending @throws Error for an answer that is not 2xx
 */
export async function inTurn(
  url: string,
  headers: Readonly<Record<string, string>>,
  requests: readonly Asked[],
  count: number,
): Promise<number[]> {
  const latencies: number[] = [];
  for (let i = 0; i < count; i++) {
    const { method, path, body } = requests[i % requests.length] as Asked;
    const started = performance.now();
    const answer = await fetch(new URL(path, url), { method, headers, ...(body !== undefined && { body }) });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    latencies.push(performance.now() - started);
  }
  return latencies.sort((a, b) => a - b);
}

/** Of ascending values; NaN of none. @param share 0-1 */
export function quantile(values: readonly number[], share: number): number {
  return values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;
}
