/**
 * Requests to the API: JSON in and out, errors as one kind of exception with the server's sentence, writes that may be
 * repeated safely.
 */

import { reportLost } from './connection.ts';

/** What the server refused, in the user's language; status 0 when it could not be reached. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** What every request says of its sender; set once a session is known. */
const sender = { lang: '', csrf: '' };

/** Called when a session has ended: the page then asks for a new one. */
let signedOut: () => void = () => {};

export function onSignedOut(callback: () => void): void {
  signedOut = callback;
}

export function setSender(values: Partial<typeof sender>): void {
  Object.assign(sender, values);
}

/** Merchants, products and ids may hold any character. @param parts of a path below /api */
export function apiPath(...parts: readonly (string | number)[]): string {
  return `/api/${parts.map((part) => encodeURIComponent(part)).join('/')}`;
}

/** Adds what is given to an address; empty values are left out. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | boolean | null | undefined>>,
): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '' && value !== false) search.set(key, String(value));
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** @throws ApiProblem */
export function getJson<T>(path: string): Promise<T> {
  return request<T>(path, { method: 'GET' });
}

/** @throws ApiProblem */
export function sendJson<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { 'x-csrf-token': sender.csrf };
  if (method !== 'DELETE') headers['idempotency-key'] = crypto.randomUUID();
  if (body !== undefined) headers['content-type'] = 'application/json';
  return request<T>(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
}

/**
 * Sends a form with a file. @param onSent hears which share of it, 0-1, has left @throws ApiProblem
 */
export function sendFile<T>(path: string, form: FormData, onSent: (share: number) => void): Promise<T> {
  // fetch does not tell how much of a body it has sent.
  return new Promise((resolve, reject) => {
    const sent = new XMLHttpRequest();
    sent.open('POST', path);
    for (const [name, value] of Object.entries({
      'x-csrf-token': sender.csrf,
      'idempotency-key': crypto.randomUUID(),
      accept: 'application/json',
      ...(sender.lang !== '' && { 'accept-language': sender.lang }),
    }))
      sent.setRequestHeader(name, value);
    sent.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0);
    sent.onerror = () => {
      reportLost();
      reject(new ApiProblem(0, 'UNREACHABLE', ''));
    };
    sent.onload = () => {
      try {
        resolve(answerOf<T>(sent.status, sent.statusText, sent.responseText));
      } catch (problem) {
        reject(problem);
      }
    };
    sent.send(form);
  });
}

/** @throws ApiProblem of a refusal */
function answerOf<T>(status: number, statusText: string, text: string): T {
  const body = text === '' ? null : (JSON.parse(text) as unknown);
  if (status >= 200 && status < 300) return body as T;
  if (status === 401) signedOut();
  const { error } = (body ?? {}) as { error?: { code: string; message: string } };
  throw new ApiProblem(status, error?.code ?? 'UNEXPECTED', error?.message ?? statusText);
}

async function request<T>(
  path: string,
  init: RequestInit & { readonly headers?: Record<string, string> },
  patience = 3,
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      ...init,
      headers: {
        ...init.headers,
        accept: 'application/json',
        ...(sender.lang !== '' && { 'accept-language': sender.lang }),
      },
    });
  } catch {
    reportLost();
    throw new ApiProblem(0, 'UNREACHABLE', '');
  }
  // Too many requests: what only reads may wait its turn.
  if (response.status === 429 && init.method === 'GET' && patience > 0) {
    const seconds = Number(response.headers.get('retry-after') ?? 1);
    await new Promise((resolve) => setTimeout(resolve, Math.min(60, Math.max(1, seconds)) * 1_000));
    return request<T>(path, init, patience - 1);
  }
  return answerOf<T>(response.status, response.statusText, await response.text());
}
