import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Workspace } from '../../src/workspace.ts';
import { runProgram } from '../support/built.ts';
import { temporaryFolder } from '../support/temporary.ts';

describe('demanda sessions', () => {
  it('lists who is signed in and ends one or all, in both languages, with an entry in the log', async () => {
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    const workspace = await Workspace.open(join(folder, '.demanda'), { lang: 'es' });
    const owner = {
      actor: { kind: 'library', id: 'test', name: 'test' },
      name: 'test',
      scopes: ['admin'],
      merchant: null,
      keyId: null,
    } as const;
    try {
      const { key } = await workspace.access.makeKey(owner, { name: 'caja', scopes: ['read'], merchant: 'Ana' });
      await workspace.access.openSession({ key }, '10.0.0.7');
      const lost = await workspace.access.openSession('link', '192.168.1.9');
      const kept = await workspace.access.openSession('link', '::1');
      const run = (...args: string[]) => runProgram('demanda', args, folder);
      const spanish = run('sesiones', '--lang', 'es');
      expect(spanish.out).toMatch(/^ *ID +Quién +Comerciante +Dirección +Abierta +Último uso +Caduca/);
      expect(spanish.out).toMatch(/clave «caja» +Ana +10\.0\.0\.7/);
      expect(run('sessions', 'list', '--lang', 'en').out).toMatch(/link of serve +all +192\.168\.1\.9/);
      const { sessions } = JSON.parse(run('sessions', '--json').out) as { sessions: { id: string; address: string }[] };
      expect(sessions.map((s) => s.address).sort()).toEqual(['10.0.0.7', '192.168.1.9', '::1']);
      const id = sessions.find((s) => s.address === '192.168.1.9')?.id as string;
      expect(run('sesiones', 'cerrar', id, '--lang', 'es').out).toMatch(/^Sesiones cerradas: 1\.\n/);
      expect(await workspace.access.callerBySession(lost.secret)).toBeNull();
      expect(await workspace.access.callerBySession(kept.secret)).not.toBeNull();
      expect(run('sessions', 'end', id, '--lang', 'en')).toMatchObject({
        code: 1,
        err: `There is no session ${id} open.\n`,
      });
      expect(run('sessions', 'end', '--lang', 'en')).toMatchObject({ code: 2, err: 'The option ID is missing.\n' });
      expect(run('sessions', 'edn', '--lang', 'en')).toMatchObject({ code: 2, err: expect.stringContaining('end') });
      expect(run('sessions', 'end-all', '--lang', 'en').out).toBe('Sessions ended: 2.\nNobody is signed in.\n');
      expect(JSON.parse(run('sesiones', 'cerrar-todas', '--json').out)).toMatchObject({
        schema: 1,
        ended: 0,
        sessions: [],
      });
      const { items } = await workspace.access.audit(owner, { limit: 3 });
      expect(items.map((e) => [e.action, e.actor.split(':')[0]])).toEqual(Array(3).fill(['session.end', 'command']));
    } finally {
      await workspace.close();
    }
  });
});
