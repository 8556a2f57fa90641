/** Requests that fetch would not send: with any Host, method and path. */

import { type IncomingHttpHeaders, request } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { CERTIFICATE } from '../support/certificate.ts';

export interface Raw {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** @param body is sent as JSON, by POST unless another method is given */
export function ask(
  url: string,
  path: string,
  headers: Record<string, string> = {},
  body?: unknown,
  method = body === undefined ? 'GET' : 'POST',
): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const content = body === undefined ? '' : JSON.stringify(body);
    const send = url.startsWith('https') ? httpsRequest : request;
    const asked = send(
      {
        hostname,
        port,
        // As it is: `..` too.
        path,
        method,
        headers: {
          ...(body !== undefined && {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(content)),
          }),
          ...headers,
        },
        ca: CERTIFICATE,
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode as number, headers: answer.headers, text }));
      },
    );
    asked.on('error', reject);
    asked.end(content);
  });
}
