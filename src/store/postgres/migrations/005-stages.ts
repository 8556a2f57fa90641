/** What cells were last sold at, what their recommendations rest on, and how far they are on the way to a price in force. */

export const STAGES = `
  ALTER TABLE demanda.cell ADD COLUMN last_price float8, ADD COLUMN price_since int;
  ALTER TABLE demanda.overview ADD COLUMN last_price float8, ADD COLUMN price_since int,
    ADD COLUMN is_untold boolean NOT NULL DEFAULT false, ADD COLUMN priced_model text COLLATE "C",
    ADD COLUMN priced_rows int, ADD COLUMN priced_day int, ADD COLUMN exported_price float8,
    ADD COLUMN exported_before float8, ADD COLUMN exported_day int, ADD COLUMN horizon_count int,
    ADD COLUMN horizon_unit text COLLATE "C";
  ALTER TABLE demanda.overview ADD COLUMN stage text COLLATE "C" NOT NULL GENERATED ALWAYS AS (CASE
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
    WHEN priced_model IS DISTINCT FROM model_id OR priced_rows IS DISTINCT FROM rows OR priced_day IS DISTINCT FROM last_day THEN 'outdated'
    WHEN recommended AND recommendation_status <> 'rejected' AND recommended_price IS DISTINCT FROM current_price THEN 'change'
    WHEN last_price IS NOT NULL AND exported_price IS NOT NULL
        AND price_since > coalesce(exported_day, -2147483648) AND abs(last_price - exported_price) <= 0.005 * exported_price
        AND (exported_before IS NULL OR abs(last_price - exported_price) < abs(last_price - exported_before))
    THEN 'in-force'
    WHEN is_untold THEN 'untold' ELSE 'keep' END) STORED;

  CREATE OR REPLACE FUNCTION demanda.show_cells() RETURNS trigger LANGUAGE plpgsql AS $body$
  BEGIN
    INSERT INTO demanda.overview AS o (merchant, product, product_type, unit, rows, last_day, last_price, price_since)
      SELECT c.merchant, c.product, c.product_type, c.unit, c.rows, c.last_day, c.last_price, c.price_since
      FROM changed c ORDER BY 1, 2
      ON CONFLICT (merchant, product) DO UPDATE SET product_type = excluded.product_type, unit = excluded.unit,
        rows = excluded.rows, last_day = excluded.last_day, last_price = excluded.last_price,
        price_since = excluded.price_since, revision = o.revision + 1;
    RETURN NULL;
  END $body$;

  -- The newest price that was paid, promotions and held values apart, and the first day of its run.
  CREATE FUNCTION demanda.last_price(of_merchant text, of_product text, OUT price float8, OUT since int)
  LANGUAGE sql STABLE AS $body$
    WITH sold AS MATERIALIZED (
      SELECT u.day, u.price FROM demanda.sale s,
        unnest(s.days, s.quantity, s.price, s.promo) AS u (day, quantity, price, promo)
      WHERE s.merchant = of_merchant AND s.product = of_product
        AND u.price > 0 AND u.quantity > 0 AND coalesce(u.promo, 0) < 0.5 AND NOT EXISTS (
          SELECT 1 FROM demanda.held_value h WHERE h.merchant = of_merchant AND h.product = of_product
            AND h.day = u.day AND h.field = 'price' AND NOT h.accepted)),
    last AS (SELECT sold.price FROM sold ORDER BY day DESC LIMIT 1)
    SELECT last.price, (SELECT min(s.day) FROM sold s WHERE s.day > coalesce((SELECT max(o.day) FROM sold o
      WHERE abs(o.price - last.price) > 0.005 * last.price), -2147483648)) FROM last
  $body$;

  UPDATE demanda.cell c SET (last_price, price_since) =
    (SELECT p.price, p.since FROM demanda.last_price(c.merchant, c.product) p);
  UPDATE demanda.overview o SET is_untold = o.reasons && ARRAY['NO_SALES', 'TOO_FEW_SALES', 'NO_PRICE_VARIATION', 'PRICE_IS_SEASON', 'PROMO_CONFOUNDED', 'MIX_NOT_PRICE', 'PRICE_ENDOGENOUS', 'WEAK_INSTRUMENT', 'WRONG_SIGN', 'STEP_UNCONFIRMED', 'NOT_CONVERGED', 'VALUE_HELD', 'NO_COST']::text[] COLLATE "C",
    priced_model = (SELECT r.model_id FROM demanda.recommendation r WHERE r.id = o.recommendation_id),
    priced_rows = rows, priced_day = last_day,
    (horizon_count, horizon_unit) = (SELECT
        coalesce(r.document::json -> 'horizon' ->> 'count', r.document::json ->> 'horizonDays')::int,
        coalesce(r.document::json -> 'horizon' ->> 'unit', 'day')
      FROM demanda.recommendation r WHERE r.id = o.recommendation_id);
  UPDATE demanda.overview o SET exported_price = x.price, exported_before = x.before, exported_day = o.last_day
    FROM (SELECT DISTINCT ON (r.merchant, r.product) r.merchant, r.product, r.price,
        (r.document::json -> 'current' ->> 'price')::float8 AS before
      FROM demanda.recommendation r WHERE r.status = 'exported' ORDER BY r.merchant, r.product, r.id DESC) x
    WHERE x.merchant = o.merchant AND x.product = o.product;

  CREATE INDEX overview_by_last_price ON demanda.overview (last_price, merchant, product);
  CREATE INDEX overview_spread ON demanda.overview
    (product_type, merchant, wape, elasticity, elasticity_low, elasticity_high);
  CREATE INDEX overview_by_stage ON demanda.overview (stage, merchant, product);
`;
