/** Tickets of sales for tests, plain and drawn at random. */

import fc from 'fast-check';
import type { SaleTicket } from '../../src/contract/import-rows.ts';

export const TICKET: SaleTicket = {
  merchant: 'Ana',
  product: 'Tomate',
  productType: null,
  day: 20_000,
  quantity: 3,
  price: 2,
  cost: null,
  promo: null,
  soldOut: false,
  waste: null,
  marketPrice: null,
  covariates: null,
};

const amount = fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => (value < 1e-6 ? 0 : value));
const positive = fc.double({ min: 0.01, max: 1e4, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });

/**
 * Tickets of one cell and day, some without this or that figure; names of covariates that trip up what parses them
 * among them.
 */
export const ticketsOfADay: fc.Arbitrary<SaleTicket[]> = fc
  .array(
    fc.record({
      quantity: fc.oneof(fc.constant(0), amount),
      price: maybe(positive),
      cost: maybe(amount),
      promo: maybe(share),
      soldOut: fc.boolean(),
      waste: maybe(share),
      marketPrice: maybe(positive),
      covariates: maybe(
        fc.dictionary(
          fc.constantFrom('rain', 'temp', 'a "b"', 'ñ,;', '1'),
          fc.double({ min: -1e6, max: 1e6, noNaN: true }),
          { maxKeys: 4 },
        ),
      ),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((tickets) => tickets.map((ticket) => ({ ...TICKET, ...ticket })));
