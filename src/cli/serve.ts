/** `demanda serve`: opens a workspace to the browser and to programs, on this machine unless told otherwise. */

import { mkdtemp } from 'node:fs/promises';
import { getPriority, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildServer } from '../api/server.ts';
import type { Lang } from '../contract/words.ts';
import { DemandaError } from '../errors.ts';
import type { Translate } from '../i18n/messages.ts';
import { messageOf, Workspace } from '../workspace.ts';
import { fillDemoWorkspace } from './demo.ts';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1']);
/** Enough for a curve that falls and comes to rest, in seconds for twelve products. */
const DEMO_ITERATIONS = 1_500;

/**
 * Who looks on must not slow a training of the night: where both want a core, the training goes first. At 9 the server gets an eighth of a contended core, and
 * 200 requests a second beside a training keep within their bounds (bench/README.md).
 */
const NICENESS = 9;

export interface ServeChoice {
  /** Null: DEMANDA_WORKSPACE or ./.demanda, or with `demo` a temporary folder. */
  readonly folder: string | null;
  readonly port: number;
  readonly host: string;
  readonly demo: boolean;
}

/** Serves until interrupted. @throws DemandaError SERVE_PORT_BUSY, SERVE_HOST */
export async function serve(
  choice: ServeChoice,
  lang: Lang,
  t: Translate,
  { json = false, quiet = false }: { json?: boolean; quiet?: boolean },
): Promise<void> {
  // On Linux this thread's and that of all it starts: before there are others. A process that is already nicer may not be raised.
  if (getPriority() < NICENESS) setPriority(NICENESS);
  const { port, host, demo } = choice;
  const standard = demo ? await mkdtemp(join(tmpdir(), 'demanda-demo-')) : (process.env.DEMANDA_WORKSPACE ?? './.demanda');
  const workspace = await Workspace.open(choice.folder ?? standard, { lang });
  const filling = new AbortController();
  let filled: Promise<void> | null = null;
  try {
    if (demo && (await workspace.overview.summary({})).total === 0) {
      if (!quiet) process.stderr.write(`${t('serveDemo')}\n`);
      // The page may be looked at while the market's other models are trained.
      filled = (await fillDemoWorkspace(workspace, DEMO_ITERATIONS, filling.signal)).rest;
      filled.catch((error: unknown) => process.stderr.write(`${messageOf(error, lang).message}\n`));
    }
    const { app } = await buildServer(workspace, { lang, port });
    try {
      await app.listen({ port, host });
    } catch (error) {
      await app.close();
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE') throw new DemandaError('SERVE_PORT_BUSY', { port }, { cause: error });
      if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EACCES') throw new DemandaError('SERVE_HOST', { host, port }, { cause: error });
      throw error;
    }
    // From the first word on: who reads the link may end the server at once.
    const ended = interrupted();
    const address = app.addresses()[0] as { port: number };
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}/`;
    const local = LOOPBACK.has(host);
    const link = local ? `${url}?token=${workspace.access.newLinkToken()}` : null;
    const key = local ? null : await firstKey(workspace);
    if (json)
      process.stdout.write(`${JSON.stringify({ schema: 1, currency: (await workspace.settings()).currency, url, link, key, folder: workspace.folder })}\n`);
    else if (link !== null) process.stdout.write(`${t('serveOpen', { url: link })}\n`);
    else process.stdout.write(`${key === null ? t('serveKeys', { url }) : t('serveKeyMade', { url, key })}\n`);
    if (!quiet && !json && local) process.stderr.write(`${t('serveOpenOnce')}\n`);
    if (!quiet && filled !== null) process.stderr.write(`${t('serveDemoFills')}\n`);
    await ended;
    await app.close();
  } finally {
    filling.abort();
    // What went wrong was told when it did.
    await filled?.catch(() => {});
    await workspace.close();
  }
}

/** Beyond this machine one enters by key: the first is made here. Null where there is one. */
async function firstKey(workspace: Workspace): Promise<string | null> {
  const caller = { actor: 'serve', name: 'serve', scopes: ['admin'], merchant: null, keyId: null } as const;
  const { items } = await workspace.access.keys(caller, { limit: 1_000 });
  if (items.some((key) => key.revokedAt === null && key.scopes.includes('admin'))) return null;
  return (await workspace.access.makeKey(caller, { name: 'serve', scopes: ['admin'], merchant: null })).key;
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
