/** What the program did by itself, and told; and the secrets that it needs for it, which are the staff's alone. */

export const JOURNAL = `
  CREATE TABLE demanda.journal (
    id bigint PRIMARY KEY, kind text COLLATE "C" NOT NULL, at text COLLATE "C" NOT NULL, merchant text COLLATE "C",
    detail text NOT NULL);
  CREATE INDEX journal_by_kind ON demanda.journal (kind, id);
  CREATE INDEX journal_by_merchant ON demanda.journal (kind, merchant, id);
  CREATE TABLE demanda.secret (name text COLLATE "C" PRIMARY KEY, value text NOT NULL);

  ALTER TABLE demanda.journal ENABLE ROW LEVEL SECURITY;
  ALTER TABLE demanda.journal FORCE ROW LEVEL SECURITY;
  CREATE POLICY staff ON demanda.journal TO demanda_staff USING (true) WITH CHECK (true);
  CREATE POLICY own ON demanda.journal FOR SELECT TO demanda_tenant
    USING (merchant = current_setting('demanda.merchant', true));
  ALTER TABLE demanda.secret ENABLE ROW LEVEL SECURITY;
  ALTER TABLE demanda.secret FORCE ROW LEVEL SECURITY;
  CREATE POLICY staff ON demanda.secret TO demanda_staff USING (true) WITH CHECK (true);
  GRANT SELECT, INSERT, UPDATE, DELETE ON demanda.journal, demanda.secret TO demanda_staff;
  GRANT SELECT ON demanda.journal TO demanda_tenant;
`;
