/** Why the system, SQLite or a connection refused, in words: their own are codes and English. */

import type { Lang } from '../core/vocabulary.ts';

type Words = Readonly<Record<Lang, string>>;

/** By how Node, SQLite and PostgreSQL say it; the first that fits. */
const REFUSALS: readonly (readonly [said: RegExp, words: Words])[] = [
  [/^ENOENT\b/, { en: 'there is no such file or folder', es: 'no existe ese archivo o esa carpeta' }],
  [/^(EACCES|EPERM)\b/, { en: 'there is no permission', es: 'no hay permiso' }],
  [/^ENOTDIR\b|^not a folder$/, { en: 'it is not a folder', es: 'no es una carpeta' }],
  [/^EISDIR\b/, { en: 'it is a folder', es: 'es una carpeta' }],
  [/^EEXIST\b/, { en: 'it is there already', es: 'ya existe' }],
  [/^EROFS\b|readonly database/, { en: 'nothing can be written there', es: 'ahí no se puede escribir' }],
  [/^ENAMETOOLONG\b/, { en: 'the name is too long', es: 'el nombre es demasiado largo' }],
  [/^ELOOP\b/, { en: 'its links go round in a circle', es: 'sus enlaces dan vueltas en círculo' }],
  [/^(EBUSY|ETXTBSY)\b/, { en: 'another program is using it', es: 'otro programa lo está usando' }],
  [/^EIO\b|disk I\/O error/, { en: 'the disk reports a fault', es: 'el disco da un fallo' }],
  [/^(ENOSPC|EDQUOT)\b/, { en: 'no room is left', es: 'no queda espacio' }],
  [/^EFBIG\b/, { en: 'the file would be too large', es: 'el archivo sería demasiado grande' }],
  [/^ECONNREFUSED\b/, { en: 'nothing answers at this address', es: 'nadie contesta en esa dirección' }],
  [
    /^(ENOTFOUND|EAI_AGAIN)\b/,
    { en: 'no computer of this name is found', es: 'no se encuentra un equipo con ese nombre' },
  ],
  [/^(EHOSTUNREACH|ENETUNREACH)\b/, { en: 'no way leads to this address', es: 'no hay camino hasta esa dirección' }],
  [/^ETIMEDOUT\b|timeout exceeded/, { en: 'no answer came in time', es: 'no contestó a tiempo' }],
  [
    /^(ECONNRESET|EPIPE|57P0\d|08\w{3})\b|^Connection terminated|connection error/,
    { en: 'the connection broke off', es: 'se cortó la conexión' },
  ],
  [/is not a database/, { en: 'it is not a store of demanda', es: 'no es un almacén de demanda' }],
  [/malformed|corrupt/, { en: 'its content is destroyed', es: 'su contenido está destruido' }],
  [/unable to open database/, { en: 'it cannot be opened', es: 'no se puede abrir' }],
  [/ in JSON\b|JSON input|is not valid JSON/, { en: 'it is not valid JSON', es: 'no es JSON válido' }],
  [/aborted due to timeout/, { en: 'no answer came in time', es: 'no contestó a tiempo' }],
  [/certificate|^CERT_/i, { en: 'its certificate is not in order', es: 'su certificado no está en orden' }],
  [/socket hang up/, { en: 'the connection broke off', es: 'se cortó la conexión' }],
  [/^E[A-Z]{2,}[A-Z0-9_]*(:|$)/, { en: 'the system does not allow it', es: 'el sistema no lo permite' }],
];

/** @param said what the system or a library says; other texts come back as they are */
export function refusalWords(said: string, lang: Lang): string {
  // A connection says first what it was doing: “connect ECONNREFUSED 192.0.2.1:443”.
  const plain = said.replace(/^(?:connect|getaddrinfo|read|write|query\w*) (?=E[A-Z])/, '');
  return REFUSALS.find(([pattern]) => pattern.test(plain))?.[1][lang] ?? said;
}
