/** Held values in PostgreSQL. */

import type { CellName } from '../../contract/cell-name.ts';
import type { Deed } from '../../contract/store/deed.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import type { CellHeldValue, HeldChoice } from '../../contract/store/sales.ts';
import { pageOf } from '../page-of.ts';
import { insertAudit } from './audit.ts';
import { Conditions } from './conditions.ts';
import type { PostgresConnection } from './connection.ts';
import { namesOf } from './stored-cells.ts';

/** Held values that their rows still have: what was imported again since stands for itself. */
const STANDING = `demanda.held_value h JOIN demanda.sale s ON s.merchant = h.merchant AND s.product = h.product
  AND h.value = (CASE h.field WHEN 'quantity' THEN s.quantity WHEN 'price' THEN s.price WHEN 'cost' THEN s.cost
    ELSE s.waste END)[array_position(s.days, h.day)]`;

export async function listHeld(
  connection: PostgresConnection,
  choice: HeldChoice,
  { limit, after }: PageAsked,
): Promise<Page<CellHeldValue>> {
  const conditions = conditionsOf(choice);
  if (after) conditions.add('(h.merchant, h.product, h.day, h.field) > (?, ?, ?, ?)', ...after);
  const rows = await connection.all<CellHeldValue>(
    `SELECT h.merchant, h.product, h.day, h.field AS "column", h.value, h.usual, h.reason FROM ${STANDING}
     ${conditions.where} ORDER BY h.merchant, h.product, h.day, h.field LIMIT ${conditions.bind(limit + 1)}`,
    ...conditions.values,
  );
  return pageOf(rows, limit, (last) => [last.merchant, last.product, last.day, last.column]);
}

/** With the audit entry, in one transaction. */
export async function acceptHeld(
  connection: PostgresConnection,
  choice: HeldChoice,
  deed: (count: number) => Deed,
): Promise<number> {
  return connection.write(async (transaction) => {
    const conditions = conditionsOf(choice);
    const accepted = await transaction.all<CellName>(
      `UPDATE demanda.held_value v SET accepted = true FROM ${STANDING} ${conditions.where}
       AND v.merchant = h.merchant AND v.product = h.product AND v.day = h.day AND v.field = h.field
       RETURNING v.merchant, v.product`,
      ...conditions.values,
    );
    await transaction.run(
      `UPDATE demanda.cell c SET (last_price, price_since) =
         (SELECT p.price, p.since FROM demanda.last_price(c.merchant, c.product) p)
       WHERE (c.merchant, c.product) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
      ...namesOf(accepted),
    );
    await transaction.run("UPDATE demanda.version SET number = number + 1 WHERE what = 'sales'");
    await insertAudit(transaction, deed(accepted.length));
    return accepted.length;
  });
}

function conditionsOf({ merchant, product, day, column }: HeldChoice): Conditions {
  return new Conditions()
    .add('NOT h.accepted')
    .equal('h.merchant', merchant)
    .equal('h.product', product)
    .equal('h.day', day)
    .equal('h.field', column);
}
