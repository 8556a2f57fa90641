/** Which process performs a training: its pid alone may name another one by now. */
export const MIGRATION_11 = `ALTER TABLE training ADD COLUMN identity TEXT;`;
