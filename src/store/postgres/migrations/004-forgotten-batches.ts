/** What a training's pieces came to, once they themselves are forgotten. */

export const FORGOTTEN_BATCHES = `
  ALTER TABLE demanda.training ADD COLUMN forgotten_done int NOT NULL DEFAULT 0,
    ADD COLUMN forgotten_split int NOT NULL DEFAULT 0, ADD COLUMN forgotten_retries int NOT NULL DEFAULT 0;
`;
