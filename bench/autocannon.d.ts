/** The part of autocannon's interface that the server's bench uses; the package brings no types. */

declare module 'autocannon' {
  namespace autocannon {
    interface Request {
      readonly method: string;
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string;
    }
    interface Options {
      readonly url: string;
      readonly connections: number;
      /** Seconds. */
      readonly duration: number;
      /** Requests a second over all connections. */
      readonly overallRate: number;
      readonly requests: readonly Request[];
      /** Seconds. */
      readonly timeout: number;
    }
    interface Result {
      readonly requests: { readonly total: number };
      /** Milliseconds. */
      readonly latency: { readonly p50: number; readonly p99: number; readonly max: number };
      readonly errors: number;
      readonly timeouts: number;
      readonly non2xx: number;
    }
  }
  function autocannon(options: autocannon.Options): Promise<autocannon.Result>;
  export = autocannon;
}
