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
