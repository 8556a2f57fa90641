/**
 * A served workspace for tests: two shops with models and recommendations, a real server on a real port, and a client
 * that holds every answer against its schema.
 */

import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import type { z } from 'zod';
import { buildServer, type DemandaServer, type ServedRoute, type ServerOptions } from '../../src/api/server.ts';
import type { Caller } from '../../src/contract/store/access.ts';
import { demoMarket } from '../../src/core/market/simulate-market.ts';
import type { Scope } from '../../src/core/vocabulary.ts';
import { Workspace } from '../../src/workspace.ts';
import { copyOfMade } from '../support/made-once.ts';

export const AURORA = 'Carnicería Aurora';
/** A name that every place which builds a path or a list has to encode. */
export const OTHER = 'Otra: tienda / 50%, S.L.';

const OWNER: Caller = {
  actor: { kind: 'library', id: 'test', name: 'test' },
  name: 'test',
  scopes: ['admin'],
  merchant: null,
  keyId: null,
};

export function salesCsv(shops: readonly string[], productsOfEach = 2, seed = 3): string {
  const lines = shops.flatMap((shop, s) =>
    demoMarket(seed)
      .slice(s * productsOfEach, (s + 1) * productsOfEach)
      .flatMap(({ series }) =>
        Array.from(series.days.slice(-200), (day, i) => {
          const at = series.days.length - 200 + i;
          const date = new Date(day * 864e5).toISOString().slice(0, 10);
          return `${date},"${shop}",${series.product},${series.productType},${series.quantity[at]},${series.price[at]},${series.cost[at]}`;
        }),
      ),
  );
  return `fecha,comerciante,producto,tipo,kg,precio,costo\n${lines.join('\n')}\n`;
}

export interface Served {
  readonly url: string;
  readonly folder: string;
  readonly workspace: Workspace;
  readonly server: DemandaServer;
  key(scopes: readonly Scope[], merchant: string | null): Promise<string>;
  close(): Promise<void>;
}

/**
 * A workspace of two shops with two products each. @param database where it lies, in place of a folder; @param
 * trained with exact models and recommendations
 */
export async function serveShops({
  trained = true,
  database,
  ...options
}: { trained?: boolean; database?: string } & Partial<ServerOptions> = {}): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), 'demanda-api-'));
  if (database === undefined)
    await copyOfMade(trained ? 'trained-shops' : 'shops', folder, (made) => makeShops(made, trained));
  const workspace = await Workspace.open(database ?? folder, { folder, lang: 'es' });
  if (database !== undefined) await fillShops(workspace, trained);
  return serveFolder(workspace, options);
}

async function makeShops(folder: string, trained: boolean): Promise<void> {
  const workspace = await Workspace.open(folder, { lang: 'es' });
  await fillShops(workspace, trained);
  await workspace.close();
}

async function fillShops(workspace: Workspace, trained: boolean): Promise<void> {
  const file = join(workspace.folder, 'ventas.csv');
  writeFileSync(file, salesCsv([AURORA, OTHER]));
  await workspace.importFiles([file], { unit: 'kg' });
  if (!trained) return;
  await workspace.train({ workers: 1 });
  await workspace.recommend({ keep: true });
}

/** Serves a workspace on a free port. Closing removes its folder. */
export async function serveFolder(workspace: Workspace, options: Partial<ServerOptions> = {}): Promise<Served> {
  const server = await buildServer(workspace, { lang: 'es', port: 0, ...options });
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  let keys = 0;
  return {
    url: `http${options.tls ? 's' : ''}://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`,
    folder: workspace.folder,
    workspace,
    server,
    key: async (scopes, merchant) =>
      (await workspace.access.makeKey(OWNER, { name: `test ${++keys}`, scopes, merchant })).key,
    close: async () => {
      await server.app.close();
      await workspace.close();
      rmSync(workspace.folder, { recursive: true, force: true });
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads of an answer, the schema has checked
  readonly json: any;
}

export type Client = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

/**
 * Asks with a key (or as a stranger) and holds each answer against what the route declares: nothing missing, nothing
 * undeclared.
 */
export function clientOf({ url, server }: Pick<Served, 'url' | 'server'>, key: string | null): Client {
  return async (method, path, body, headers = {}) => {
    const isForm = body instanceof FormData;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('application/json');
    const json = isJson && text !== '' ? JSON.parse(text) : null;
    const schema = isJson && path.startsWith('/api/') ? schemaOf(server.routes, method, path, response.status) : null;
    if (schema) expect(schema.parse(json), `${method} ${path}`).toEqual(json);
    return { status: response.status, headers: response.headers, text, json };
  };
}

/** What a route that matches a path declares for a status. */
function schemaOf(routes: readonly ServedRoute[], method: string, path: string, status: number): z.ZodType | null {
  const [pathname = ''] = path.split('?');
  const fits = (route: ServedRoute): boolean =>
    route.method === method && new RegExp(`^${route.url.replace(/:\w+/g, '[^/]+')}$`).test(pathname);
  // The pattern with the fewest parameters is the one that the router takes.
  const [found] = routes
    .filter((route) => !route.url.includes('*') && fits(route))
    .sort((a, b) => (a.url.match(/:/g) ?? []).length - (b.url.match(/:/g) ?? []).length);
  const declared = (found?.schema?.response ?? {}) as Record<string, z.ZodType>;
  return declared[status] ?? declared[`${String(status)[0]}xx`] ?? null;
}

/** Lets a key and the sessions that were opened with it expire now, as if their time had come. */
export function expireKey(folder: string, id: string): void {
  const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
  const now = new Date().toISOString();
  try {
    database.exec('PRAGMA busy_timeout = 10000');
    for (const table of ['api_key', 'session'])
      database.prepare(`UPDATE ${table} SET expires_at = ? WHERE key_id = ?`).run(now, id);
  } finally {
    database.close();
  }
}

export const cellPath = (merchant: string, product: string): string =>
  `/api/models/${encodeURIComponent(merchant)}/${encodeURIComponent(product)}`;
