/**
 * Schema of what the rules of versions, names and order rest on: numbers that are never given twice, keys that cannot
 * collide, sequence instead of time.
 */
export const MIGRATION_8 = `
  ALTER TABLE run ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE run ADD COLUMN training_id TEXT;
  UPDATE run SET number = rowid;
  DROP INDEX run_by_cell;
  DROP INDEX run_by_start;
  CREATE UNIQUE INDEX run_by_number ON run (number);
  CREATE INDEX run_by_cell ON run (merchant, product, number);
  DROP TRIGGER run_added;
  DROP TRIGGER run_changed;
  CREATE TRIGGER run_added AFTER INSERT ON run BEGIN 
  UPDATE overview SET run_status = NEW.status, run_pid = NEW.pid, run_id = NEW.run_id WHERE merchant = NEW.merchant AND product = NEW.product
    AND (run_id IS NULL OR run_id = NEW.run_id OR NEW.number >= (SELECT number FROM run r WHERE r.run_id = overview.run_id)); END;
  CREATE TRIGGER run_changed AFTER UPDATE OF status, pid ON run BEGIN 
  UPDATE overview SET run_status = NEW.status, run_pid = NEW.pid, run_id = NEW.run_id WHERE merchant = NEW.merchant AND product = NEW.product
    AND (run_id IS NULL OR run_id = NEW.run_id OR NEW.number >= (SELECT number FROM run r WHERE r.run_id = overview.run_id)); END;
  -- What a fleet that was interrupted before had done, it does not do again.
  UPDATE run SET training_id = 'before' WHERE iterations > 0 AND started_at >= (SELECT json ->> '$' FROM document WHERE kind = 'training' AND key = 'since');
  UPDATE document SET key = 'fleet', json = '"before"' WHERE kind = 'training' AND key = 'since';

  ALTER TABLE training ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
  UPDATE training SET number = rowid;
  DROP INDEX training_by_start;
  CREATE UNIQUE INDEX training_by_number ON training (number);

  DROP INDEX recommendation_by_cell;
  CREATE INDEX recommendation_by_cell ON recommendation (merchant, product, id);
  CREATE TABLE model_number (merchant TEXT NOT NULL, product TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (merchant, product)) STRICT, WITHOUT ROWID;
  INSERT INTO model_number SELECT merchant, product, max(version) FROM (
    SELECT merchant, product, version FROM model
    UNION ALL SELECT merchant, product, version FROM model_alias
    UNION ALL SELECT merchant, product, CAST(substr(model_id, length(run_id) + 2) AS INTEGER) FROM run WHERE model_id GLOB run_id || '-[1-9]*'
    UNION ALL SELECT merchant, product, CAST(substr(model_id, 38) AS INTEGER) FROM recommendation WHERE model_id GLOB '????????-????-????-????-????????????-[1-9]*'
  ) GROUP BY merchant, product;
  -- Aliases of versions that were deleted, and cells whose live version was.
  DELETE FROM model_alias WHERE NOT EXISTS (
    SELECT 1 FROM model m WHERE m.merchant = model_alias.merchant AND m.product = model_alias.product AND m.version = model_alias.version);
  INSERT INTO model_alias SELECT merchant, product, 'live', max(version) FROM model m
    WHERE NOT EXISTS (SELECT 1 FROM model_alias a WHERE a.merchant = m.merchant AND a.product = m.product AND a.alias = 'live') GROUP BY merchant, product;
  DELETE FROM model_alias WHERE alias = 'candidate' AND version = (
    SELECT version FROM model_alias l WHERE l.merchant = model_alias.merchant AND l.product = model_alias.product AND l.alias = 'live');
  UPDATE document SET key = json_array(CAST(substr(CAST(key AS BLOB), 1, instr(CAST(key AS BLOB), x'00') - 1) AS TEXT), CAST(substr(CAST(key AS BLOB), instr(CAST(key AS BLOB), x'00') + 1) AS TEXT)) WHERE kind = 'cold-start';
  UPDATE document SET json = (SELECT json_group_object(json_array(CAST(substr(CAST(cell.key AS BLOB), 1, instr(CAST(cell.key AS BLOB), x'00') - 1) AS TEXT), CAST(substr(CAST(cell.key AS BLOB), instr(CAST(cell.key AS BLOB), x'00') + 1) AS TEXT)), json(cell.value)) FROM json_each(document.json) cell)
    WHERE kind = 'conformal-scores';
  
  CREATE TEMP TABLE scope_reading AS
    WITH RECURSIVE old (key, scope, value) AS (SELECT key, substr(key, 12), value FROM setting WHERE key LIKE 'guardrails:_%'),
    slash (key, at) AS (
      SELECT key, instr(scope, '/') FROM old WHERE instr(scope, '/') > 0
      UNION ALL SELECT o.key, s.at + instr(substr(o.scope, s.at + 1), '/') FROM slash s JOIN old o ON o.key = s.key WHERE instr(substr(o.scope, s.at + 1), '/') > 0),
    reading AS (SELECT o.key, o.value, s.at, substr(o.scope, 1, s.at - 1) AS merchant, substr(o.scope, s.at + 1) AS type FROM old o JOIN slash s ON s.key = o.key)
    SELECT key, value, json_array(nullif(merchant, ''), nullif(type, '')) AS scope,
      CASE WHEN EXISTS (SELECT 1 FROM overview o WHERE (o.merchant = r.merchant OR r.merchant = '') AND (o.product_type = r.type OR r.type = '')) THEN 0
        WHEN (r.merchant = '' OR EXISTS (SELECT 1 FROM overview o WHERE o.merchant = r.merchant))
          AND (r.type = '' OR EXISTS (SELECT 1 FROM overview o WHERE o.product_type = r.type)) THEN 1
        ELSE 2 END AS doubt
    FROM reading r WHERE merchant <> '' OR type <> '';
  DELETE FROM setting WHERE key IN (SELECT key FROM scope_reading);
  INSERT INTO setting SELECT 'guardrails:' || scope, value FROM scope_reading r WHERE doubt = (SELECT min(doubt) FROM scope_reading s WHERE s.key = r.key);
  DROP TABLE scope_reading;
  DROP TRIGGER overview_named;
  DROP TRIGGER overview_renamed;
  CREATE TRIGGER overview_named AFTER INSERT ON overview BEGIN
    INSERT INTO overview_name (kind, name) VALUES ('merchant', NEW.merchant), ('product', NEW.product), ('productType', NEW.product_type) ON CONFLICT DO NOTHING; END;
  CREATE TRIGGER overview_renamed AFTER UPDATE OF product_type ON overview WHEN NEW.product_type IS NOT OLD.product_type BEGIN
    INSERT INTO overview_name (kind, name) VALUES ('productType', NEW.product_type) ON CONFLICT DO NOTHING; END;`;
