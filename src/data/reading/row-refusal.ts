/** Why a row of a file is refused. */

import type { ErrorCode } from '../../errors/demanda-error.ts';
import type { Cell } from '../values.ts';
import type { Field } from './fields.ts';

/** Why a row is refused. */
export class RowRefusal {
  readonly field: Field;
  readonly code: ErrorCode;
  readonly value: string;
  readonly params: Readonly<Record<string, string | number>>;
  constructor(field: Field, code: ErrorCode, value: Cell, params: Readonly<Record<string, string | number>> = {}) {
    this.field = field;
    this.code = code;
    this.value = shortened(value);
    this.params = params;
  }
}

const LONGEST_NAME = 500;

export function refusedName(field: Field, name: string): RowRefusal | null {
  if (name.length > LONGEST_NAME) return new RowRefusal(field, 'IMPORT_NAME_TOO_LONG', name);
  return name.includes('\uFFFD') ? new RowRefusal(field, 'IMPORT_NAME_DAMAGED', name) : null;
}

function shortened(value: Cell): string {
  if (value === null || value === undefined) return '';
  const text = value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
