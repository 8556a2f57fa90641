/** Names that people give to keys: which of them look alike, and which would pass for somebody else. */

/** Letters of other alphabets that look like a Latin one. */
const LOOKALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  [...'аaеeоoрpсcуyхxіiјjѕsԁdһhԛqԝwкkмmтtвbнhпnгrοoαaεeιiκkνvρpτtυuωwχxηnѵvոnօoսuɑaɡgıi'].reduce<[string, string][]>(
    (pairs, letter, i, all) => {
      if (i % 2 === 0) pairs.push([letter, all[i + 1] as string]);
      return pairs;
    },
    [],
  ),
);
/** Characters that show nothing though they are no blanks. */
const EMPTY_CHARACTERS = /[\u115f\u1160\u2800\u3164\uffa0\s\p{Z}\p{C}]+/gu;

/** Names that mean the owner or a part of the program, as `bareName` writes them. */
const RESERVED: ReadonlySet<string> = new Set(
  [
    'owner',
    'the owner',
    'propietario',
    'propietaria',
    'el propietario',
    'la propietaria',
    'dueño',
    'dueña',
    'el dueño',
    'la dueña',
    'this computer',
    'this machine',
    'este equipo',
    'este ordenador',
    'esta computadora',
    'esta máquina',
    'localhost',
    'system',
    'sistema',
    'server',
    'servidor',
    'serve',
    'servir',
    'demanda',
    'demanda serve',
    'demanda servir',
  ].map(bareName),
);

/**
 * What two names have in common when a reader cannot tell them apart: accents, capitals, widths, blanks and letters of
 * other alphabets are one.
 */
export function comparableName(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
  return [...plain.replace(EMPTY_CHARACTERS, ' ').trim()].map((letter) => LOOKALIKES[letter] ?? letter).join('');
}

/** Letters alone, with figures that stand for them. */
function bareName(name: string): string {
  return comparableName(name)
    .replaceAll('0', 'o')
    .replaceAll('3', 'e')
    .replace(/[1|!]/g, 'i')
    .replaceAll('l', 'i')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Whether a name would pass for the owner, the system or a part of it. */
export function isReservedName(name: string): boolean {
  return RESERVED.has(bareName(name));
}

/** A name as it is kept: composed, with plain single blanks. */
export function keptName(name: string): string {
  return name
    .normalize('NFC')
    .replace(/\p{Zs}+/gu, ' ')
    .trim();
}

/**
 * The first character of a name that shows nothing or turns the text around it, as U+202E; null where there is none.
 */
export function unseenCharacter(name: string): string | null {
  const found = /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]|\u034f|\u17b4|\u17b5/u.exec(name)?.[0];
  return found === undefined
    ? null
    : `U+${(found.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`;
}
