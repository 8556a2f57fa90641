/** What files mean by former names, in PostgreSQL. */

import type { NameAlias } from '../../contract/store/names.ts';
import type { Reader, Transaction } from './connection.ts';

/** No merchant has an empty name. */
export async function readAliases(reader: Reader): Promise<NameAlias[]> {
  return reader.all<NameAlias>(
    `SELECT kind, nullif(merchant, '') AS merchant, name, target FROM demanda.name_alias
     ORDER BY kind, demanda.name_alias.merchant, name`,
  );
}

/** Within a write. */
export async function writeAliases(transaction: Transaction, aliases: readonly NameAlias[]): Promise<void> {
  await transaction.run('DELETE FROM demanda.name_alias');
  await transaction.run(
    `INSERT INTO demanda.name_alias (kind, name, merchant, target)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])`,
    aliases.map(({ kind }) => kind),
    aliases.map(({ name }) => name),
    aliases.map(({ merchant }) => merchant ?? ''),
    aliases.map(({ target }) => target),
  );
}
