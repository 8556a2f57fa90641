/** What attacks are made on: one served workspace of two merchants, and who knocks at its door. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import type { ServedRoute } from '../../src/api/server.ts';
import type { Scope } from '../../src/core/vocabulary.ts';
import { makeThings, type Things } from '../api/requests.ts';
import { type Answer, AURORA, type Client, clientOf, OTHER, type Served, serveShops } from '../api/served.ts';
import { storeContents } from '../support/store-contents.ts';

/** One attack; `fails` asserts what is right, and so that the attack did not work. */
export interface Attack {
  readonly name: string;
  readonly fails: (site: Site) => Promise<void>;
}

export interface Site {
  readonly served: Served;
  /** Administrator of the workspace. */
  readonly owner: Client;
  /** Of Aurora, with every scope: whom most attacks are about. */
  readonly aurora: Client;
  /** Of the other merchant, with every scope: who attacks. */
  readonly other: Client;
  /** Without a key, each time from another address: strangers' requests are counted by it. */
  readonly stranger: Client;
  /** Aurora's. */
  readonly things: Things;
  /** Of Aurora, with one scope. */
  readonly only: Readonly<Record<Scope, Client>>;
  /** For files. */
  readonly folder: string;
  /** All that the store holds. */
  contents(): string;
  inStore<T>(work: (database: DatabaseSync) => T): T;
  close(): Promise<void>;
}

const ALL: readonly Scope[] = ['read', 'train', 'approve', 'admin'];

export async function openSite(): Promise<Site> {
  const served = await serveShops({ trustedProxies: ['127.0.0.1'] });
  const auroraKey = await served.key(ALL, AURORA);
  const aurora = clientOf(served, auroraKey);
  const alone = async (scope: Scope): Promise<Client> => clientOf(served, await served.key([scope], AURORA));
  const anonymous = clientOf(served, null);
  let addresses = 0;
  const folder = mkdtempSync(join(tmpdir(), 'demanda-attacks-'));
  return {
    served,
    aurora,
    folder,
    owner: clientOf(served, await served.key(ALL, null)),
    other: clientOf(served, await served.key(ALL, OTHER)),
    stranger: (method, path, body, headers) => {
      addresses++;
      const address = `10.${addresses % 250}.${Math.floor(addresses / 250)}.9`;
      return anonymous(method, path, body, { 'x-forwarded-for': address, ...headers });
    },
    things: await makeThings(aurora, served.workspace, auroraKey),
    only: {
      read: await alone('read'),
      train: await alone('train'),
      approve: await alone('approve'),
      admin: await alone('admin'),
    },
    contents: () => storeContents(served.folder),
    inStore: (work) => {
      const database = new DatabaseSync(join(served.folder, 'demanda.sqlite'));
      try {
        database.exec('PRAGMA busy_timeout = 10000');
        return work(database);
      } finally {
        database.close();
      }
    },
    close: async () => {
      await served.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A refusal with its status and code, in which nothing of the machine or of the program's inside stands. */
export function expectRefused(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.json?.error?.code], answer.text.slice(0, 300)).toEqual([status, code]);
  expectNoInside(answer.text);
}

/** No path of this machine, no stack, no word of JavaScript's. */
export function expectNoInside(text: string): void {
  expect(text).not.toMatch(
    /\/tmp\/|node_modules|\.[jt]s:\d|\bat \w+ \(|is not a function|of undefined|of null|\[object Object\]|UNEXPECTED/,
  );
}

/** Nothing of Aurora. */
export function expectNothingOfAurora({ text }: Pick<Answer, 'text'>, { things }: Site): void {
  const { runId, training, upload, keyId, sessionId } = things;
  for (const own of [AURORA, runId, training, upload, keyId, sessionId]) expect(text).not.toContain(own);
}

export function upload(content: string | Buffer, name = 'ventas.csv'): FormData {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(Buffer.from(content as string))]), name);
  return form;
}

/** Comes in with a link's token or a key. @returns what a browser sends from then on */
export async function comeIn({ stranger }: Site, token: string): Promise<Record<string, string>> {
  const opened = await stranger('POST', '/api/session', { token });
  expect(opened.status, opened.text).toBe(200);
  const cookie = (opened.headers.get('set-cookie') as string).split(';')[0] as string;
  const { csrfToken } = (await stranger('GET', '/api/session', undefined, { cookie })).json;
  return { cookie, 'x-csrf-token': csrfToken };
}

export function routeOf({ served }: Site, name: string): ServedRoute {
  const found = served.server.routes.find(({ method, url }) => `${method} ${url}` === name);
  if (!found) throw new RangeError(`there is no route ${name}`);
  return found;
}

export const query = (merchant: string): string => `merchant=${encodeURIComponent(merchant)}`;
