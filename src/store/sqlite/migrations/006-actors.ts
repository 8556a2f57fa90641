/** Actors by id, with the name that they had when they acted. */
export const MIGRATION_6 = `
  ALTER TABLE audit ADD COLUMN actor_name TEXT;
  `;
