/** The error table: one row is everything about an error (words in both languages, exit code, HTTP status). */

export interface ErrorEntry {
  readonly kind: 'input' | 'usage' | 'conflict' | 'missing' | 'system';
  /** Exit code of the command line: 1 failed, 2 usage, 3 finished with some cells failed. */
  readonly exit: 1 | 2 | 3;
  readonly status: number;
  readonly es: string;
  readonly en: string;
}

export const errors = {
  // --- import (src/data)
  // --- store (src/store)
  STORE_NEWER: {
    kind: 'conflict', exit: 1, status: 409,
    es: 'El almacén {file} es de una versión más nueva del programa (esquema {found}; este conoce hasta el {known}): actualice demanda.',
    en: 'The store {file} was made by a newer version of the program (schema {found}; this one knows up to {known}): update demanda.',
  },
  STORE_BUSY: {
    kind: 'conflict', exit: 1, status: 409,
    es: 'Otro proceso está escribiendo en {file} desde hace más de {seconds} s: espere a que termine y repita la orden.',
    en: 'Another process has been writing to {file} for more than {seconds} s: wait until it ends and repeat the command.',
  },
  STORE_DISK_FULL: {
    kind: 'system', exit: 1, status: 507,
    es: 'No queda espacio en disco para {file}: no se guardó nada de esta orden; libere espacio y repítala.',
    en: 'The disk has no room left for {file}: nothing of this command was saved; free some space and repeat it.',
  },
  STORE_UNREADABLE: {
    kind: 'system', exit: 1, status: 500,
    es: 'No se puede abrir el almacén {file} ({detail}): compruebe la carpeta y los permisos, o indique otra con --workspace.',
    en: 'The store {file} cannot be opened ({detail}): check the folder and its permissions, or name another with --workspace.',
  },
  MODEL_CORRUPT: {
    kind: 'system', exit: 1, status: 500,
    es: 'El modelo {version} de {merchant} / {product} está dañado: vuelva a entrenar o pase a otra versión con `demanda models rollback`.',
    en: 'Model {version} of {merchant} / {product} is damaged: train again or move to another version with `demanda models rollback`.',
  },
  MODEL_VERSION_UNKNOWN: {
    kind: 'missing', exit: 1, status: 404,
    es: '{merchant} / {product} no tiene la versión {version}: vea las que hay con `demanda models`.',
    en: '{merchant} / {product} has no version {version}: see those there are with `demanda models`.',
  },
  RUN_HELD_BY_OTHER: {
    kind: 'conflict', exit: 1, status: 409,
    es: '{merchant} / {product} se está entrenando en otro proceso (pid {pid}, desde {since}).',
    en: '{merchant} / {product} is being trained by another process (pid {pid}, since {since}).',
  },
  // --- training and fleet (src/core, src/fleet)
  // --- command line and workspace (src/cli, src/workspace.ts)
  USAGE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: '{detail}',
    en: '{detail}',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errors;

type Placeholders<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;
/** Parameters of a code, typed from its English template. */
export type ErrorParameters<C extends ErrorCode> = Record<Placeholders<(typeof errors)[C]['en']>, string | number>;

/** The one error class: `message` is English; `messageIn(lang)` gives the user's language. */
export class DemandaError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly parameters: ErrorParameters<C>;
  constructor(code: C, parameters: ErrorParameters<C>, options?: { cause?: unknown }) {
    super(fillTemplate(errors[code].en, parameters), options);
    this.name = 'DemandaError';
    this.code = code;
    this.parameters = parameters;
  }
  messageIn(lang: 'es' | 'en'): string {
    return fillTemplate(errors[this.code][lang], this.parameters);
  }
  get entry(): ErrorEntry {
    return errors[this.code];
  }
}

/** Replaces every {name} of a template by its parameter. */
export function fillTemplate(template: string, parameters: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}
