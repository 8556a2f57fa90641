/** A holder is a process, not its number alone. */
export const MIGRATION_4 = `
  DROP TABLE held_cell;
  CREATE TABLE held_cell (
    merchant TEXT NOT NULL, product TEXT NOT NULL, pid INTEGER NOT NULL, identity TEXT NOT NULL, since TEXT NOT NULL, PRIMARY KEY (merchant, product)) STRICT;
  `;
