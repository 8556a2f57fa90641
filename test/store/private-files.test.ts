import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Workspace } from '../../src/workspace.ts';
import { writeSales } from '../support/sales.ts';
import { temporaryFolder } from '../support/temporary.ts';

const SCRIPT = join(import.meta.dirname, '../support/open-workspace.ts');
const rights = (path: string): number => statSync(path).mode & 0o777;

describe.skipIf(process.platform === 'win32')('what a workspace makes', () => {
  it.each(['000', '022', '077', '277'])(
    'is for its owner alone under umask %s: folder, store, log, shared memory, uploads, rejected rows, pictures and backups',
    (umask) => {
      const folder = temporaryFolder();
      const sales = join(temporaryFolder(), 'sales.csv');
      writeSales(sales, 1, 160);
      const { stdout, stderr, status } = spawnSync(
        'sh',
        ['-c', `umask ${umask}; exec "$0" "$@"`, process.execPath, SCRIPT, folder, sales],
        {
          encoding: 'utf8',
        },
      );
      expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
      const seen = JSON.parse(stdout) as [string, string][];
      const names = seen.map(([name]) => name);
      for (const wanted of [
        'ws',
        'ws/demanda.sqlite',
        'ws/demanda.sqlite-wal',
        'ws/demanda.sqlite-shm',
        'ws/demanda.lock',
        'ws/uploads',
        'predictions.csv',
        'backup',
      ]) {
        expect(names).toContain(wanted);
      }
      expect(names.some((name) => name.endsWith('upload.json'))).toBe(true);
      expect(names.some((name) => name.endsWith('.rejected.csv'))).toBe(true);
      for (const [name, mode] of seen) expect(Number.parseInt(mode, 8) & 0o077, `${name} ${mode}`).toBe(0);
      // Whatever the umask, the owner can use them.
      for (const [name, mode] of seen)
        if (!name.includes('uploads')) expect(Number.parseInt(mode, 8) & 0o600, `${name} ${mode}`).toBe(0o600);
    },
  );
  it('is closed when an earlier version left it open; a folder that was there keeps its rights, which doctor tells', async () => {
    const folder = join(temporaryFolder(), 'ws');
    await (await Workspace.open(folder)).close();
    chmodSync(folder, 0o755);
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
    const workspace = await Workspace.open(folder, { lang: 'en' });
    expect(rights(folder)).toBe(0o755);
    for (const name of readdirSync(folder).filter((name) => name.startsWith('demanda.sqlite')))
      expect(rights(join(folder, name)), name).toBe(0o600);
    const check = (await workspace.doctor()).checks.find(({ name }) => name === 'folder');
    expect(check).toMatchObject({
      ok: false,
      found: `${folder}: 0755`,
      advice: expect.stringContaining(`chmod 700 ${folder}`),
    });
    expect((await workspace.in('es').doctor()).checks.find(({ name }) => name === 'folder')?.advice).toContain(
      'ciérrela',
    );
    chmodSync(folder, 0o700);
    expect((await workspace.doctor()).checks.find(({ name }) => name === 'folder')).toMatchObject({ ok: true });
    await workspace.close();
  });
  it('leaves an output file that is replaced with the rights that its owner gave it, and what was in it when the new one cannot be written', async () => {
    const { writeOutput } = await import('../../src/workspace/output-file.ts');
    const folder = temporaryFolder();
    const file = join(folder, 'list.csv');
    writeFileSync(file, 'before');
    chmodSync(file, 0o644);
    await writeOutput(file, 'after');
    expect(rights(file)).toBe(0o644);
    mkdirSync(join(folder, 'in-the-way'));
    await expect(writeOutput(join(folder, 'in-the-way'), 'x')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    await expect(writeOutput(join(folder, 'none', 'x'), 'x')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(existsSync(join(folder, 'none'))).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(['in-the-way', 'list.csv']);
  });
});
