/** All that a workspace's store holds, to see what a call changed. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Every row of every table but the named ones, as text. @param folder of the workspace */
export function storeContents(folder: string, without: readonly string[] = []): string {
  const database = new DatabaseSync(join(folder, 'demanda.sqlite'), { readOnly: true });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all() as {
      name: string;
    }[];
    return tables
      .filter(({ name }) => !without.includes(name))
      .map(
        ({ name }) =>
          `${name}\n${(database.prepare(`SELECT * FROM "${name}"`).all() as object[]).map((row) => JSON.stringify(row)).join('\n')}`,
      )
      .join('\n');
  } finally {
    database.close();
  }
}

/** Makes the store refuse every audit entry, or take them again. */
export function refuseAuditEntries(folder: string, refuses: boolean): void {
  const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
  database.exec(
    refuses
      ? "CREATE TRIGGER no_entry BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no entry'); END"
      : 'DROP TRIGGER no_entry',
  );
  database.close();
}
