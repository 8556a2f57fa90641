/**
 * How often a cell's sales come is decided from its merchant's days too, or given; a day without a row counts as zero or
 * as closed. `gap` is the median gap of a cell's own rows; `sale_version` moves with every change of sales.
 */
export const MIGRATION_13 = `
  ALTER TABLE cell ADD COLUMN gap INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE cell ADD COLUMN given_frequency TEXT;
  ALTER TABLE cell ADD COLUMN missing_days TEXT NOT NULL DEFAULT 'zero';
  CREATE TABLE sale_version (number INTEGER NOT NULL) STRICT;
  INSERT INTO sale_version VALUES (0);
  UPDATE cell SET gap = s.gap FROM (
    SELECT cell, max(CASE WHEN rank = total / 2 + 1 THEN gap END) AS gap FROM (
      SELECT cell, gap, count(*) OVER (PARTITION BY cell) AS total, row_number() OVER (PARTITION BY cell ORDER BY gap) AS rank
      FROM (SELECT cell, day, coalesce(day - lag(day) OVER (PARTITION BY cell ORDER BY day), 1) AS gap FROM sale))
    GROUP BY cell) s
  WHERE cell.id = s.cell;`;
