import { describe, expect, it } from 'vitest';
import { comparableName, isReservedName, keptName, unseenCharacter } from '../../src/contract/names.ts';

describe('names of keys', () => {
  it('that a reader cannot tell apart are one', () => {
    for (const same of [
      'Caja 2',
      'CAJA 2',
      'caja  2',
      ' caja\u00a02 ',
      'cája 2',
      'ｃａｊａ ２',
      'саjа 2',
      'caja\u31642',
      'caja\u20032',
    ]) {
      expect(comparableName(same), same).toBe(comparableName('caja 2'));
    }
    for (const other of ['caja 3', 'caja2', 'caja', 'caja 2 bis'])
      expect(comparableName(other), other).not.toBe(comparableName('caja 2'));
  });

  it('do not pass for the owner or the program, whatever their accents, blanks and alphabets', () => {
    const passing = [
      'owner',
      'Owner',
      ' OWNER ',
      'o w n e r',
      'owner.',
      '«owner»',
      '0wner',
      'own3r',
      'оwner',
      'ownеr',
      'οwner',
      'ównër',
      'ｏｗｎｅｒ',
      'ow\u200bner',
      'ow\u00adner',
      'owner\u3164',
      'este equipo',
      'Este  Equipo',
      'este\u00a0equipo',
      'Éste equipo',
      'this computer',
      'THIS-COMPUTER',
      'thls computer',
      'dueña',
      'Propietario',
      'serve',
      'servir',
      'sistema',
      'System',
      'demanda',
    ];
    for (const name of passing) expect(isReservedName(name), name).toBe(true);
    for (const name of [
      'caja',
      'till',
      'Powner',
      'owner of the till',
      'equipo de caja',
      'María Dueñas',
      'сервер Анна',
      '東京',
      '☕',
      'demanda de Ana',
      'test',
      'serve 2026-11-25T10:00:00',
    ]) {
      expect(isReservedName(name), name).toBe(false);
    }
  });

  it('show every character that they have', () => {
    expect(unseenCharacter('caja\u202e2')).toBe('U+202E');
    expect(unseenCharacter('caja\u001b[31m')).toBe('U+001B');
    for (const name of [
      'a\u200bb',
      'a\u0000',
      'a\nb',
      'a\u2028b',
      '\ufeffa',
      'a\u2066b',
      '\u3164',
      'a\u115f',
      'a\u{e0041}',
      'a\u034f',
    ])
      expect(unseenCharacter(name), name).not.toBeNull();
    for (const name of ['caja nº 2', 'Ñandú', '東京 ☕', 'e\u0301']) expect(unseenCharacter(name), name).toBeNull();
    expect(keptName(' caja \u00a0\u20032 ')).toBe('caja 2');
  });
});
