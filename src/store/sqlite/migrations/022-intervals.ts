/**
 * What the intervals of forecasts held, by cell and month; and its sums by merchant and type, kept by triggers: ''
 * for all of them. With a hundred thousand cells and years of months nobody adds up rows while a page waits.
 */

const KEYS = `(SELECT true AS m, true AS t UNION ALL SELECT true, false UNION ALL SELECT false, true
    UNION ALL SELECT false, false)`;
/** A row is added to the four sums that it belongs to. */
const added = (row: 'NEW' | 'OLD', sign: '' | '-'): string => `
    INSERT INTO interval_total (merchant, product_type, month, inside, above, below)
      SELECT iif(m, ${row}.merchant, ''), iif(t, ${row}.product_type, ''), ${row}.month,
        ${sign}${row}.inside, ${sign}${row}.above, ${sign}${row}.below FROM ${KEYS} WHERE true
      ON CONFLICT (merchant, product_type, month) DO UPDATE SET inside = inside + excluded.inside,
        above = above + excluded.above, below = below + excluded.below;`;
const SWEPT = `
    DELETE FROM interval_total WHERE merchant IN ('', OLD.merchant) AND product_type IN ('', OLD.product_type)
      AND month = OLD.month AND inside = 0 AND above = 0 AND below = 0;`;

export const MIGRATION_22 = `
  CREATE TABLE interval_month (
    merchant TEXT NOT NULL, product TEXT NOT NULL, month TEXT NOT NULL, product_type TEXT NOT NULL,
    last_day INTEGER NOT NULL,
    inside INTEGER NOT NULL, above INTEGER NOT NULL, below INTEGER NOT NULL,
    PRIMARY KEY (merchant, product, month)) STRICT, WITHOUT ROWID;
  CREATE TABLE interval_total (
    merchant TEXT NOT NULL, product_type TEXT NOT NULL, month TEXT NOT NULL,
    inside INTEGER NOT NULL, above INTEGER NOT NULL, below INTEGER NOT NULL,
    PRIMARY KEY (merchant, product_type, month)) STRICT, WITHOUT ROWID;
  CREATE TRIGGER interval_added AFTER INSERT ON interval_month BEGIN ${added('NEW', '')} END;
  CREATE TRIGGER interval_changed AFTER UPDATE ON interval_month BEGIN
    ${added('NEW', '')} ${added('OLD', '-')} ${SWEPT} END;
  CREATE TRIGGER interval_removed AFTER DELETE ON interval_month BEGIN ${added('OLD', '-')} ${SWEPT} END;
  CREATE TRIGGER interval_type AFTER UPDATE OF product_type ON overview
    WHEN NEW.product_type IS NOT OLD.product_type BEGIN
    UPDATE interval_month SET product_type = NEW.product_type
      WHERE merchant = NEW.merchant AND product = NEW.product; END;
  CREATE TRIGGER interval_hidden AFTER DELETE ON overview BEGIN
    DELETE FROM interval_month WHERE merchant = OLD.merchant AND product = OLD.product; END;`;
