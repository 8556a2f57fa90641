/** Prints docs/errors.md from the error table. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { es } from '../src/errors/es.ts';
import { type ErrorCode, type ErrorEntry, errors } from '../src/errors/table.ts';

export function errorsPage(): string {
  const rows = Object.entries<ErrorEntry>(errors).map(
    ([code, e]) =>
      `| \`${code}\` | ${e.kind} | ${e.exit} | ${e.status} | ${e.en.replaceAll('|', '\\|')} | ${es.sentences[code as ErrorCode].replaceAll('|', '\\|')} |`,
  );
  return [
    '# Errors',
    '',
    'Printed from `src/errors/` by `npm run errors`.',
    '',
    '| code | kind | exit | HTTP | English | español |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, '../docs/errors.md'), errorsPage());
