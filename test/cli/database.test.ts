/** The README's walk against a database, by the command line, beside the same walk in a folder: the same documents. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Workspace } from '../../src/workspace.ts';
import { demanda, demandas } from '../support/command.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';
import { writeSales } from '../support/sales.ts';
import { temporaryFolder } from '../support/temporary.ts';

const server = await startPostgres();
if (typeof server === 'string') describe.skip(`PostgreSQL: ${server}`, () => {});
else describeWalk(server);

/** One process for all commands whose environment is not the point. */
const asked = (...args: string[]) => demandas([args])[0] as ReturnType<typeof demandas>[number];

/** Of an instant, a run, an import, or how long something took: theirs alone. */
const OWN =
  /^(batchId|sameAs|id|runId|modelId|importId|at|importedAt|startedAt|trainedAt|endedAt|seconds|iterationsPerSecond)$/;

/** A document without what differs from one workspace to the next. */
function common(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(common);
  if (typeof value === 'string') return value.replace(/\bimport [\da-f]{4,}\b/g, 'import …');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, OWN.test(key) ? typeof inner : common(inner)]),
  );
}

/**
 * What answers have in common: a training of a database is one of its queue, which tells how many cells it trained, and
 * proposes their prices by itself.
 */
function comparable(command: readonly string[], answer: Answer): unknown {
  if (command[0] === 'recommend') return { ...answer, kept: null };
  if (command[0] !== 'train') return answer;
  const { runs, training } = answer;
  if (training) return { done: training.done, failed: training.failed };
  return { done: runs?.filter(({ status }) => status === 'done').length, failed: answer.failed };
}

interface Answer {
  readonly runs?: readonly { readonly status: string }[];
  readonly failed?: number;
  readonly training?: { readonly done: number; readonly failed: number };
}

function describeWalk({ database, remove, stop, start }: TestServer): void {
  afterAll(() => remove());

  describe('a workspace in a database', () => {
    it('answers every command of the README as one in a folder does', async () => {
      const folder = temporaryFolder();
      const file = join(folder, 'sales.csv');
      const [cell] = writeSales(file, 2, 150);
      const { merchant, product } = cell as { merchant: string; product: string };
      const address = await database();
      const named = ['--merchant', merchant, '--product', product];
      const places = {
        folder: ['--workspace', join(folder, 'ws')],
        database: ['--workspace', join(folder, 'beside'), '--database', address],
      };
      const commands = [
        ['import', file],
        ['import', file],
        ['train', '--all', '--workers', '1'],
        ['train', ...named, '--iterations', '200', '--workers', '1'],
        ['models'],
        ['recommend', '--all'],
        ['forecast', '--all'],
        ['show', ...named],
        ['history', 'list'],
        ['history', 'analyze', ...named],
        ['imports'],
        ['products'],
        ['held'],
        ['settings', '--currency', 'MXN'],
        ['settings'],
      ];
      const answers = { folder: new Map<string, unknown>(), database: new Map<string, unknown>() };
      for (const command of commands)
        for (const place of ['folder', 'database'] as const) {
          const { out, err, code } = asked(...command, ...places[place], '--json', '--lang', 'en');
          expect(code, `${place} ${command.join(' ')}: ${err}`).toBe(0);
          expect(err, `${place} ${command.join(' ')}`).not.toContain(address);
          answers[place].set(command.join(' '), common(comparable(command, JSON.parse(out) as Answer)));
        }
      expect(answers.database).toEqual(answers.folder);
      // Nothing of the workspace lies in the folder beside it.
      expect(existsSync(join(folder, 'beside', 'demanda.sqlite'))).toBe(false);
    }, 240_000);

    it('is named by --database too, in both languages, and its password is told nowhere', async () => {
      const address = new URL(await database());
      address.password = 'geheim';
      const beside = join(temporaryFolder(), 'beside');
      const set = asked('settings', '--base-de-datos', address.href, '--espacio', beside, '--idioma', 'es');
      expect(set).toMatchObject({ code: 0 });
      const doctor = asked('doctor', '--database', address.href, '--workspace', beside, '--lang', 'en');
      expect(doctor.out).toContain(`postgres://127.0.0.1:${address.port}${address.pathname}`);
      const empty = asked('train', '--all', '--database', address.href, '--workspace', beside, '--lang', 'en');
      expect(empty.err).toMatch(/^The workspace postgres:\/\/127\.0\.0\.1:\d+\/\w+ has no sales/);
      const backup = asked('backup', 'x.demanda', '--database', address.href, '--lang', 'en');
      expect(backup).toMatchObject({ code: 2 });
      expect(backup.err).toContain('pg_dump');
      const restore = asked('restore', 'x.demanda', '--database', address.href, '--lang', 'en');
      expect(restore).toMatchObject({ code: 2 });
      for (const said of [set, doctor, empty, backup, restore])
        expect(`${said.out}${said.err}`).not.toContain('geheim');
    }, 120_000);

    it('whose address is none, or that does not answer, is told in one sentence', async () => {
      const wrong = asked('models', '--database', 'mysql://u:geheim@h/d', '--lang', 'en');
      expect(wrong).toMatchObject({ code: 2 });
      expect(wrong.err).toMatch(/^The address of the database is none/);
      expect(asked('models', '--database', 'postgres://u:ge@he/im@h', '--lang', 'en')).toMatchObject({ code: 2 });
      const address = await database();
      await stop('immediate');
      const down = asked('models', '--database', address, '--lang', 'es');
      expect(down).toMatchObject({ code: 1, out: '' });
      expect(down.err.trim().split('\n')).toHaveLength(1);
      expect(down.err).toContain('no responde');
      await start();
      expect(asked('models', '--database', address, '--lang', 'es')).toMatchObject({ code: 0 });
    }, 120_000);

    it('is trained by a worker that is given its address by its environment alone', async () => {
      const address = new URL(await database());
      address.password = 'geheim';
      const folder = temporaryFolder();
      const file = join(folder, 'sales.csv');
      const [cell] = writeSales(file, 1, 120);
      const at = { DEMANDA_WORKSPACE: join(folder, 'beside'), DEMANDA_DATABASE_URL: address.href };
      expect(demanda(['import', file, '--lang', 'en'], at)).toMatchObject({ code: 0 });
      const workspace = await Workspace.open(address.href, { folder: join(folder, 'beside') });
      const actor = { kind: 'library', id: 't', name: 't' } as const;
      const caller = { actor, name: 't', scopes: ['admin'], merchant: null, keyId: null } as const;
      const asked = { cells: cell ? [cell] : [], options: { iterations: 200 } };
      const id = await workspace.trainings.start(caller, asked, 'en');
      await workspace.close();
      const worked = demanda(['worker', '--once', '--lang', 'en'], at);
      expect(worked).toMatchObject({ code: 0 });
      const shown = demanda(['trainings', 'show', id, '--json', '--lang', 'en'], at);
      expect(JSON.parse(shown.out).training).toMatchObject({ status: 'done', done: 1 });
      expect(`${worked.out}${worked.err}${shown.out}${shown.err}`).not.toContain('geheim');
      const logs = join(folder, 'beside', 'training-logs');
      for (const log of existsSync(logs) ? readdirSync(logs) : [])
        expect(readFileSync(join(logs, log), 'utf8')).not.toContain('geheim');
    }, 120_000);
  });
}
