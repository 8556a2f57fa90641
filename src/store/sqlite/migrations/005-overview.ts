/**
 * One row of summary columns a cell, kept by triggers in the transaction that changes what it sums up, whoever writes.
 * The workflow of recommendations, keys, sessions, audit log, and trainings in processes of their own.
 */
export const MIGRATION_5 = `
  CREATE TABLE overview (
    id INTEGER PRIMARY KEY, merchant TEXT NOT NULL, product TEXT NOT NULL, product_type TEXT NOT NULL, unit TEXT NOT NULL,
    rows INTEGER NOT NULL DEFAULT 0, last_day INTEGER, model_id TEXT, wape REAL, elasticity REAL, elasticity_low REAL, elasticity_high REAL, trained_at TEXT,
    has_candidate INTEGER NOT NULL DEFAULT 0, run_status TEXT, run_pid INTEGER, run_id TEXT,
    current_price REAL, recommended_price REAL, gain REAL, probability_better REAL, recommended INTEGER NOT NULL DEFAULT 0,
    horizon_days INTEGER, reasons TEXT NOT NULL DEFAULT '', recommendation_id INTEGER, recommendation_status TEXT,
    revision INTEGER NOT NULL DEFAULT 1, state TEXT NOT NULL GENERATED ALWAYS AS (CASE
  WHEN run_status = 'running' THEN 'training'
  WHEN run_status = 'failed' THEN 'failed'
  WHEN model_id IS NULL THEN CASE WHEN run_status = 'stopped' THEN 'unfinished' ELSE 'untrained' END
  WHEN has_candidate THEN 'candidate' ELSE 'live' END) STORED,
    UNIQUE (merchant, product)) STRICT;
  CREATE INDEX overview_by_state ON overview (state, merchant, product);
  CREATE INDEX overview_by_type ON overview (product_type, merchant, product);
  CREATE INDEX overview_by_product ON overview (product, merchant);
  CREATE INDEX overview_by_current_price ON overview (current_price, merchant, product);
  CREATE INDEX overview_by_recommended_price ON overview (recommended_price, merchant, product);
  CREATE INDEX overview_by_gain ON overview (gain, merchant, product);
  CREATE INDEX overview_by_probability_better ON overview (probability_better, merchant, product);
  CREATE INDEX overview_by_wape ON overview (wape, merchant, product);
  CREATE INDEX overview_by_elasticity ON overview (elasticity, merchant, product);
  CREATE INDEX overview_by_last_day ON overview (last_day, merchant, product);
  CREATE INDEX overview_by_trained_at ON overview (trained_at, merchant, product);
  CREATE TABLE overview_name (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (kind, name)) STRICT;
  CREATE TRIGGER overview_named AFTER INSERT ON overview BEGIN INSERT OR IGNORE INTO overview_name (kind, name) VALUES ('merchant', NEW.merchant), ('product', NEW.product), ('productType', NEW.product_type); END;
  CREATE TRIGGER overview_renamed AFTER UPDATE OF product_type ON overview WHEN NEW.product_type IS NOT OLD.product_type BEGIN INSERT OR IGNORE INTO overview_name (kind, name) VALUES ('merchant', NEW.merchant), ('product', NEW.product), ('productType', NEW.product_type); END;
  CREATE TABLE overview_reason (code TEXT NOT NULL, cell INTEGER NOT NULL REFERENCES overview (id), PRIMARY KEY (code, cell)) STRICT, WITHOUT ROWID;
  CREATE TRIGGER overview_reasons AFTER UPDATE OF reasons ON overview WHEN NEW.reasons IS NOT OLD.reasons BEGIN
    DELETE FROM overview_reason WHERE cell = NEW.id AND code IN (SELECT value FROM json_each('["' || replace(OLD.reasons, ',', '","') || '"]'));
    INSERT INTO overview_reason SELECT value, NEW.id FROM json_each('["' || replace(NEW.reasons, ',', '","') || '"]') WHERE value <> ''; END;
  CREATE INDEX overview_totals ON overview (state, reasons, recommended, recommended_price, current_price, gain, wape, last_day, horizon_days, model_id);
  CREATE INDEX overview_by_recommended ON overview (recommended, merchant, product);
  CREATE INDEX overview_by_status ON overview (recommendation_status, merchant, product);

  INSERT INTO overview (merchant, product, product_type, unit, rows, last_day) SELECT merchant, product, product_type, unit, rows, last_day FROM cell;
  INSERT INTO overview (merchant, product, product_type, unit)
    SELECT merchant, product, max(product_type), max(unit) FROM model WHERE true GROUP BY merchant, product ON CONFLICT (merchant, product) DO NOTHING;
  UPDATE overview SET (model_id, wape, elasticity, elasticity_low, elasticity_high, trained_at) = (
    SELECT m.model_id, m.wape, m.elasticity, m.elasticity_low, m.elasticity_high, m.trained_at FROM model_alias a
    JOIN model m ON m.merchant = a.merchant AND m.product = a.product AND m.version = a.version
    WHERE a.merchant = overview.merchant AND a.product = overview.product AND a.alias = 'live'),
    has_candidate = EXISTS (SELECT 1 FROM model_alias a WHERE a.merchant = overview.merchant AND a.product = overview.product AND a.alias = 'candidate');
  UPDATE overview SET (run_status, run_pid, run_id) = (
    SELECT status, pid, run_id FROM run r WHERE r.merchant = overview.merchant AND r.product = overview.product ORDER BY started_at DESC LIMIT 1);

  CREATE INDEX cell_by_first_day ON cell (first_day);
  CREATE INDEX cell_by_last_day ON cell (last_day);
  CREATE TRIGGER cell_added AFTER INSERT ON cell BEGIN 
  INSERT INTO overview (merchant, product, product_type, unit, rows, last_day)
    VALUES (NEW.merchant, NEW.product, NEW.product_type, NEW.unit, NEW.rows, nullif(NEW.last_day, 0))
    ON CONFLICT (merchant, product) DO UPDATE SET product_type = excluded.product_type, unit = excluded.unit, rows = excluded.rows,
      last_day = excluded.last_day, revision = revision + 1; END;
  CREATE TRIGGER cell_changed AFTER UPDATE ON cell BEGIN 
  INSERT INTO overview (merchant, product, product_type, unit, rows, last_day)
    VALUES (NEW.merchant, NEW.product, NEW.product_type, NEW.unit, NEW.rows, nullif(NEW.last_day, 0))
    ON CONFLICT (merchant, product) DO UPDATE SET product_type = excluded.product_type, unit = excluded.unit, rows = excluded.rows,
      last_day = excluded.last_day, revision = revision + 1; END;
  CREATE TRIGGER alias_set AFTER INSERT ON model_alias BEGIN 
  INSERT INTO overview (merchant, product, product_type, unit)
    SELECT merchant, product, product_type, unit FROM model WHERE merchant = NEW.merchant AND product = NEW.product LIMIT 1
    ON CONFLICT (merchant, product) DO NOTHING;
  UPDATE overview SET revision = revision + 1,
    has_candidate = EXISTS (SELECT 1 FROM model_alias WHERE merchant = NEW.merchant AND product = NEW.product AND alias = 'candidate'),
    (model_id, wape, elasticity, elasticity_low, elasticity_high, trained_at) = (
      SELECT m.model_id, m.wape, m.elasticity, m.elasticity_low, m.elasticity_high, m.trained_at FROM model_alias a
      JOIN model m ON m.merchant = a.merchant AND m.product = a.product AND m.version = a.version
      WHERE a.merchant = NEW.merchant AND a.product = NEW.product AND a.alias = 'live')
  WHERE merchant = NEW.merchant AND product = NEW.product; END;
  CREATE TRIGGER alias_moved AFTER UPDATE ON model_alias BEGIN 
  INSERT INTO overview (merchant, product, product_type, unit)
    SELECT merchant, product, product_type, unit FROM model WHERE merchant = NEW.merchant AND product = NEW.product LIMIT 1
    ON CONFLICT (merchant, product) DO NOTHING;
  UPDATE overview SET revision = revision + 1,
    has_candidate = EXISTS (SELECT 1 FROM model_alias WHERE merchant = NEW.merchant AND product = NEW.product AND alias = 'candidate'),
    (model_id, wape, elasticity, elasticity_low, elasticity_high, trained_at) = (
      SELECT m.model_id, m.wape, m.elasticity, m.elasticity_low, m.elasticity_high, m.trained_at FROM model_alias a
      JOIN model m ON m.merchant = a.merchant AND m.product = a.product AND m.version = a.version
      WHERE a.merchant = NEW.merchant AND a.product = NEW.product AND a.alias = 'live')
  WHERE merchant = NEW.merchant AND product = NEW.product; END;
  CREATE TRIGGER alias_removed AFTER DELETE ON model_alias BEGIN 
  INSERT INTO overview (merchant, product, product_type, unit)
    SELECT merchant, product, product_type, unit FROM model WHERE merchant = OLD.merchant AND product = OLD.product LIMIT 1
    ON CONFLICT (merchant, product) DO NOTHING;
  UPDATE overview SET revision = revision + 1,
    has_candidate = EXISTS (SELECT 1 FROM model_alias WHERE merchant = OLD.merchant AND product = OLD.product AND alias = 'candidate'),
    (model_id, wape, elasticity, elasticity_low, elasticity_high, trained_at) = (
      SELECT m.model_id, m.wape, m.elasticity, m.elasticity_low, m.elasticity_high, m.trained_at FROM model_alias a
      JOIN model m ON m.merchant = a.merchant AND m.product = a.product AND m.version = a.version
      WHERE a.merchant = OLD.merchant AND a.product = OLD.product AND a.alias = 'live')
  WHERE merchant = OLD.merchant AND product = OLD.product; END;
  CREATE TRIGGER run_added AFTER INSERT ON run BEGIN 
  UPDATE overview SET run_status = NEW.status, run_pid = NEW.pid, run_id = NEW.run_id WHERE merchant = NEW.merchant AND product = NEW.product
    AND (run_id IS NULL OR run_id = NEW.run_id OR NEW.started_at >= (SELECT started_at FROM run r WHERE r.run_id = overview.run_id)); END;
  CREATE TRIGGER run_changed AFTER UPDATE OF status, pid ON run BEGIN 
  UPDATE overview SET run_status = NEW.status, run_pid = NEW.pid, run_id = NEW.run_id WHERE merchant = NEW.merchant AND product = NEW.product
    AND (run_id IS NULL OR run_id = NEW.run_id OR NEW.started_at >= (SELECT started_at FROM run r WHERE r.run_id = overview.run_id)); END;

  ALTER TABLE recommendation ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE recommendation ADD COLUMN status TEXT NOT NULL DEFAULT 'superseded';
  ALTER TABLE recommendation ADD COLUMN model_id TEXT;
  ALTER TABLE recommendation ADD COLUMN price REAL;
  ALTER TABLE recommendation ADD COLUMN gain REAL;
  ALTER TABLE recommendation ADD COLUMN reason TEXT;
  ALTER TABLE recommendation ADD COLUMN decided_by TEXT;
  ALTER TABLE recommendation ADD COLUMN decided_at TEXT;
  ALTER TABLE recommendation ADD COLUMN batch_id TEXT;
  CREATE INDEX recommendation_by_status ON recommendation (status, id);
  CREATE INDEX recommendation_by_gain ON recommendation (status, gain, id);
  CREATE INDEX overview_by_recommendation ON overview (recommendation_id);
  CREATE TABLE export_batch (
    batch_id TEXT PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, merchant TEXT, activation_date TEXT NOT NULL, format TEXT NOT NULL,
    request TEXT NOT NULL, items TEXT NOT NULL) STRICT;

  CREATE TABLE api_key (
    key_id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, name TEXT NOT NULL, scopes TEXT NOT NULL, merchant TEXT, prefix TEXT NOT NULL,
    created_at TEXT NOT NULL, created_by TEXT NOT NULL, revoked_at TEXT) STRICT;
  CREATE TABLE session (
    hash TEXT PRIMARY KEY, key_id TEXT REFERENCES api_key (key_id), name TEXT NOT NULL, scopes TEXT NOT NULL, merchant TEXT, expires_at TEXT NOT NULL) STRICT;
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, merchant TEXT, detail TEXT NOT NULL) STRICT;
  CREATE TABLE idempotency (
    actor TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, at TEXT NOT NULL, status INTEGER, answer TEXT, PRIMARY KEY (actor, key)) STRICT;

  CREATE TABLE training (
    training_id TEXT PRIMARY KEY, merchant TEXT, status TEXT NOT NULL, stage TEXT, cells INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0, chosen TEXT, options TEXT NOT NULL, lang TEXT NOT NULL, started_at TEXT NOT NULL, ended_at TEXT,
    started_by TEXT NOT NULL, pid INTEGER, beat_at TEXT NOT NULL, seq INTEGER NOT NULL DEFAULT 0, resumes INTEGER NOT NULL DEFAULT 0, message TEXT) STRICT;
  CREATE INDEX training_by_start ON training (started_at);
  CREATE TABLE training_cell (
    training_id TEXT NOT NULL REFERENCES training (training_id), merchant TEXT NOT NULL, product TEXT NOT NULL, seq INTEGER NOT NULL, json TEXT NOT NULL,
    PRIMARY KEY (training_id, merchant, product)) STRICT, WITHOUT ROWID;
  CREATE INDEX training_cell_by_seq ON training_cell (training_id, seq);
  `;
