/**
 * What a cell was last sold at and since when, what its recommendation rests on, and which price went out last: from them
 * follows how far the cell is on the way to a price in force. Sums of the overview are added up by that.
 */
export const MIGRATION_19 = `
  ALTER TABLE cell ADD COLUMN last_price REAL;
  ALTER TABLE cell ADD COLUMN price_since INTEGER;
  ALTER TABLE overview ADD COLUMN last_price REAL;
  ALTER TABLE overview ADD COLUMN price_since INTEGER;
  ALTER TABLE overview ADD COLUMN is_untold INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE overview ADD COLUMN priced_model TEXT;
  ALTER TABLE overview ADD COLUMN priced_rows INTEGER;
  ALTER TABLE overview ADD COLUMN priced_day INTEGER;
  ALTER TABLE overview ADD COLUMN exported_price REAL;
  ALTER TABLE overview ADD COLUMN exported_before REAL;
  ALTER TABLE overview ADD COLUMN exported_day INTEGER;
  ALTER TABLE overview ADD COLUMN horizon_count INTEGER;
  ALTER TABLE overview ADD COLUMN horizon_unit TEXT;
  ALTER TABLE overview ADD COLUMN stage TEXT NOT NULL GENERATED ALWAYS AS (CASE
    WHEN model_id IS NULL THEN CASE WHEN rows = 0 THEN 'unsold' ELSE 'untrained' END
    WHEN recommendation_status IN ('approved', 'exported') THEN CASE
      WHEN last_price IS NOT NULL AND exported_price IS NOT NULL
        AND price_since > coalesce(exported_day, -2147483648) AND abs(last_price - exported_price) <= 0.005 * exported_price
        AND (exported_before IS NULL OR abs(last_price - exported_price) < abs(last_price - exported_before))
      THEN 'in-force'
      WHEN recommendation_status = 'approved' AND last_price IS NOT NULL AND recommended_price IS NOT NULL
        AND price_since > coalesce(priced_day, -2147483648) AND abs(last_price - recommended_price) <= 0.005 * recommended_price
        AND (current_price IS NULL OR abs(last_price - recommended_price) < abs(last_price - current_price))
      THEN 'in-force' ELSE 'waiting' END
    WHEN recommendation_status IS NULL OR recommendation_status = 'superseded' THEN 'uncalculated'
    WHEN priced_model IS NOT model_id OR priced_rows IS NOT rows OR priced_day IS NOT last_day THEN 'outdated'
    WHEN recommended AND recommendation_status <> 'rejected' AND recommended_price IS NOT current_price THEN 'change'
    WHEN last_price IS NOT NULL AND exported_price IS NOT NULL
        AND price_since > coalesce(exported_day, -2147483648) AND abs(last_price - exported_price) <= 0.005 * exported_price
        AND (exported_before IS NULL OR abs(last_price - exported_price) < abs(last_price - exported_before))
    THEN 'in-force'
    WHEN is_untold THEN 'untold' ELSE 'keep' END) VIRTUAL;

  DROP TRIGGER cell_added;
  DROP TRIGGER cell_changed;
  WITH sold AS (
    SELECT s.cell, s.day, s.price FROM sale s WHERE s.price > 0 AND s.quantity > 0 AND coalesce(s.promo, 0) < 0.5
      AND NOT EXISTS (SELECT 1 FROM held_value h
        WHERE h.cell = s.cell AND h.day = s.day AND h.field = 'price' AND h.accepted = 0)),
  last AS (SELECT cell, max(day) AS day, price FROM sold GROUP BY cell),
  other AS (SELECT s.cell, max(s.day) AS day FROM sold s JOIN last l ON l.cell = s.cell
    WHERE abs(s.price - l.price) > 0.005 * l.price GROUP BY s.cell),
  run AS (SELECT l.cell, l.price, min(s.day) AS since FROM last l JOIN sold s ON s.cell = l.cell
    LEFT JOIN other o ON o.cell = l.cell WHERE o.day IS NULL OR s.day > o.day GROUP BY l.cell)
  UPDATE cell SET last_price = run.price, price_since = run.since FROM run WHERE run.cell = cell.id;
  UPDATE overview SET (last_price, price_since) = (SELECT c.last_price, c.price_since FROM cell c
      WHERE c.merchant = overview.merchant AND c.product = overview.product),
    is_untold = EXISTS (SELECT 1 FROM overview_reason r WHERE r.cell = overview.id AND r.code IN ('NO_SALES', 'TOO_FEW_SALES', 'NO_PRICE_VARIATION', 'PRICE_IS_SEASON', 'PROMO_CONFOUNDED', 'MIX_NOT_PRICE', 'PRICE_ENDOGENOUS', 'WEAK_INSTRUMENT', 'WRONG_SIGN', 'STEP_UNCONFIRMED', 'NOT_CONVERGED', 'VALUE_HELD', 'NO_COST')),
    priced_model = (SELECT r.model_id FROM recommendation r WHERE r.id = overview.recommendation_id),
    priced_rows = rows, priced_day = last_day,
    (horizon_count, horizon_unit) = (SELECT coalesce(r.document ->> '$.horizon.count', r.document ->> '$.horizonDays'),
      coalesce(r.document ->> '$.horizon.unit', 'day') FROM recommendation r WHERE r.id = overview.recommendation_id);
  UPDATE overview SET exported_price = x.price, exported_before = x.before, exported_day = overview.last_day
    FROM (SELECT merchant, product, max(id), price, document ->> '$.current.price' AS before FROM recommendation
      WHERE status = 'exported' GROUP BY merchant, product) x
    WHERE x.merchant = overview.merchant AND x.product = overview.product;

  CREATE TRIGGER cell_added AFTER INSERT ON cell BEGIN
  INSERT INTO overview (merchant, product, product_type, unit, rows, last_day, last_price, price_since)
    VALUES (NEW.merchant, NEW.product, NEW.product_type, NEW.unit, NEW.rows, nullif(NEW.last_day, 0), NEW.last_price, NEW.price_since)
    ON CONFLICT (merchant, product) DO UPDATE SET product_type = excluded.product_type, unit = excluded.unit, rows = excluded.rows,
      last_day = excluded.last_day, last_price = excluded.last_price, price_since = excluded.price_since, revision = revision + 1; END;
  CREATE TRIGGER cell_changed AFTER UPDATE ON cell BEGIN
  INSERT INTO overview (merchant, product, product_type, unit, rows, last_day, last_price, price_since)
    VALUES (NEW.merchant, NEW.product, NEW.product_type, NEW.unit, NEW.rows, nullif(NEW.last_day, 0), NEW.last_price, NEW.price_since)
    ON CONFLICT (merchant, product) DO UPDATE SET product_type = excluded.product_type, unit = excluded.unit, rows = excluded.rows,
      last_day = excluded.last_day, last_price = excluded.last_price, price_since = excluded.price_since, revision = revision + 1; END;

  DROP INDEX overview_totals;
  CREATE INDEX overview_totals ON overview (stage, state, reasons, horizon_unit, horizon_count, gain, wape, last_day,
    horizon_days, model_id, price_since);
  CREATE INDEX overview_by_last_price ON overview (last_price, merchant, product);
  CREATE INDEX overview_spread ON overview (product_type, merchant, wape, elasticity, elasticity_low, elasticity_high);
  CREATE INDEX overview_by_stage ON overview (stage, merchant, product);`;
