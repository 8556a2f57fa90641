/**
 * Decisions with the figures of their own price and the name of who decided; batches and known covariates that belong
 * to one merchant.
 */
export const MIGRATION_7 = `
  ALTER TABLE recommendation ADD COLUMN figures TEXT;
  ALTER TABLE recommendation ADD COLUMN decided_by_name TEXT;
  ALTER TABLE recommendation ADD COLUMN batch_owner TEXT;
  ALTER TABLE training ADD COLUMN started_by_name TEXT;

  -- A price of somebody's own had kept the gain of the computed one: unknown rather than wrong.
  UPDATE overview SET recommended_price = r.price, gain = NULL, probability_better = NULL
    FROM recommendation r WHERE r.id = overview.recommendation_id AND r.price IS NOT NULL AND abs(r.price - json_extract(r.document, '$.price')) > 1e-9;
  UPDATE recommendation AS r SET gain = NULL WHERE r.price IS NOT NULL AND abs(r.price - json_extract(r.document, '$.price')) > 1e-9;

  CREATE TABLE owned_batch (
    owner TEXT NOT NULL, batch_id TEXT NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL, actor_name TEXT, activation_date TEXT NOT NULL, format TEXT NOT NULL,
    request TEXT NOT NULL, items TEXT NOT NULL, PRIMARY KEY (owner, batch_id)) STRICT;
  INSERT INTO owned_batch SELECT coalesce(merchant, ''), batch_id, at, actor, NULL, activation_date, format, request,
    (SELECT json_group_array(json(CASE WHEN r.gain IS NULL THEN json_set(i.value, '$.expectedGain', NULL) ELSE i.value END))
     FROM json_each(export_batch.items) i LEFT JOIN recommendation r ON r.id = CAST(i.value ->> '$.recommendationId' AS INTEGER)) FROM export_batch;
  UPDATE recommendation SET batch_owner = (SELECT owner FROM owned_batch b WHERE b.batch_id = recommendation.batch_id) WHERE batch_id IS NOT NULL;
  DROP TABLE export_batch;
  ALTER TABLE owned_batch RENAME TO export_batch;
  CREATE INDEX export_batch_by_id ON export_batch (batch_id);

  CREATE TABLE owned_covariate (merchant TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (merchant, name)) STRICT, WITHOUT ROWID;
  INSERT INTO owned_covariate SELECT '', name FROM known_covariate;
  DROP TABLE known_covariate;
  ALTER TABLE owned_covariate RENAME TO known_covariate;
  `;
