/** What files mean by former names, in SQLite, and imports that say them. */

import type { DatabaseSync } from 'node:sqlite';
import type { NameAlias, RenamedInFile } from '../../contract/store/names.ts';

/** No merchant has an empty name. */
export function readAliases(database: DatabaseSync): NameAlias[] {
  return database
    .prepare(
      `SELECT kind, nullif(merchant, '') AS merchant, name, target FROM name_alias ORDER BY kind, merchant, name`,
    )
    .all()
    .map((row) => ({ ...row })) as unknown as NameAlias[];
}

/** Within a write. */
export function writeAliases(database: DatabaseSync, aliases: readonly NameAlias[]): void {
  database.exec('DELETE FROM name_alias');
  const insert = database.prepare('INSERT INTO name_alias (kind, name, merchant, target) VALUES (?, ?, ?, ?)');
  for (const { kind, name, merchant, target } of aliases) insert.run(kind, name, merchant ?? '', target);
}

/** What the rows of an import that name nobody's product are of: of a column that the table has. */
interface NamedRows {
  readonly table: string;
  /** A column that says how many rows of the file a row of the table is; one unless told. */
  readonly rows?: string;
  /** Null: the rows are of no merchant. */
  readonly merchant: string | null;
  readonly product: string;
}

/**
 * Former names of an import's rows become what they mean, within its transaction; the merchant's first, as its own
 * products' go before everyone's. @returns how many rows said which
 */
export function applyAliases(
  database: DatabaseSync,
  { table, merchant, product, rows = '1' }: NamedRows,
): readonly RenamedInFile[] {
  if (database.prepare('SELECT 1 FROM name_alias LIMIT 1').get() === undefined) return [];
  const renamed: RenamedInFile[] = [];
  if (merchant !== null) {
    const own = `name_alias a ON a.kind = 'merchant' AND a.name = t.${merchant}`;
    renamed.push(
      ...counted(
        database,
        `SELECT 'merchant' AS kind, NULL AS merchant, a.name, a.target, sum(${rows}) AS rows FROM ${table} t JOIN ${own}
         GROUP BY a.name ORDER BY a.name`,
      ),
    );
    if (renamed.length > 0)
      database.exec(
        `UPDATE ${table} AS t SET ${merchant} = a.target FROM name_alias a WHERE a.kind = 'merchant' AND a.name = t.${merchant}`,
      );
  }
  const owner = merchant === null ? "''" : `t.${merchant}`;
  const own = `SELECT %s FROM name_alias a WHERE a.kind = 'product' AND a.name = t.${product} AND a.merchant IN (${owner}, '')
    ORDER BY a.merchant DESC LIMIT 1`;
  const [target, of] = [own.replace('%s', 'a.target'), own.replace('%s', 'a.merchant')];
  const said = `${table} t WHERE t.${product} IN (SELECT name FROM name_alias WHERE kind = 'product')`;
  const products = counted(
    database,
    `SELECT 'product' AS kind, nullif(merchant, '') AS merchant, name, target, sum(rows) AS rows FROM (
       SELECT (${of}) AS merchant, t.${product} AS name, (${target}) AS target, ${rows} AS rows FROM ${said})
     WHERE target <> name GROUP BY merchant, name ORDER BY merchant, name`,
  );
  renamed.push(...products);
  if (products.length > 0)
    database.exec(
      `UPDATE ${table} AS t SET ${product} = coalesce((${target}), ${product})
       WHERE t.${product} IN (SELECT name FROM name_alias WHERE kind = 'product')`,
    );
  return renamed;
}

function counted(database: DatabaseSync, sql: string): RenamedInFile[] {
  return database
    .prepare(sql)
    .all()
    .map((row) => ({ ...row })) as unknown as RenamedInFile[];
}
