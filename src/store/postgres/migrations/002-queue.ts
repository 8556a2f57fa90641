/** Pieces of trainings that wait for workers or were worked on, and what their cells share. */

export const QUEUE = `
  ALTER TABLE demanda.training ADD COLUMN knowledge text COLLATE "C";
  CREATE TABLE demanda.knowledge (
    id text COLLATE "C" PRIMARY KEY, bytes bytea NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
  -- It is compressed already.
  ALTER TABLE demanda.knowledge ALTER COLUMN bytes SET STORAGE EXTERNAL;
  CREATE TABLE demanda.training_batch (
    training_id text COLLATE "C" NOT NULL REFERENCES demanda.training (training_id), number int NOT NULL,
    state text COLLATE "C" NOT NULL DEFAULT 'waiting', job uuid NOT NULL,
    cells int NOT NULL, done int NOT NULL DEFAULT 0, failed int NOT NULL DEFAULT 0,
    -- Pairs of merchant and product, by name, until they have ended.
    names jsonb,
    attempt int NOT NULL DEFAULT 0, failures int NOT NULL DEFAULT 0, holder text COLLATE "C", reason text, message text,
    beat_at timestamptz, ended_at timestamptz, PRIMARY KEY (training_id, number));
  CREATE INDEX training_batch_open ON demanda.training_batch (training_id) WHERE state IN ('waiting', 'active');
  CREATE INDEX training_batch_left ON demanda.training_batch (training_id, number) WHERE state IN ('dead', 'stopped');

  ALTER TABLE demanda.training_batch ENABLE ROW LEVEL SECURITY;
  ALTER TABLE demanda.training_batch FORCE ROW LEVEL SECURITY;
  CREATE POLICY staff ON demanda.training_batch TO demanda_staff USING (true) WITH CHECK (true);
  -- How far its own trainings are: nobody but the staff writes there.
  CREATE POLICY own ON demanda.training_batch FOR SELECT TO demanda_tenant
    USING (EXISTS (SELECT 1 FROM demanda.training t WHERE t.training_id = training_batch.training_id));
  ALTER TABLE demanda.knowledge ENABLE ROW LEVEL SECURITY;
  ALTER TABLE demanda.knowledge FORCE ROW LEVEL SECURITY;
  CREATE POLICY staff ON demanda.knowledge TO demanda_staff USING (true) WITH CHECK (true);
  GRANT SELECT, INSERT, UPDATE, DELETE ON demanda.training_batch, demanda.knowledge TO demanda_staff;
  GRANT SELECT ON demanda.training_batch TO demanda_tenant;
`;
