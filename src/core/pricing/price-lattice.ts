/** Prices that can be charged: those with an ending, or whole steps such as coins. */

import type { PriceEnding } from '../vocabulary.ts';

/** The prices offset + k · period above 0, k = 0, 1, 2 …, in currency per unit. */
export interface PriceLattice {
  readonly period: number;
  readonly offset: number;
}

const ENDINGS: Readonly<Record<PriceEnding, PriceLattice>> = {
  '.99': { period: 1, offset: 0.99 },
  '.49': { period: 1, offset: 0.49 },
  '0.05': { period: 0.05, offset: 0 },
  '90': { period: 100, offset: 90 },
  '990': { period: 1000, offset: 990 },
  '10': { period: 10, offset: 0 },
};

export function latticeOf(ending: PriceEnding): PriceLattice {
  return ENDINGS[ending];
}

/** Whether all prices of an ending are whole coins. @param coin smallest amount that is paid, > 0 */
export function isPayable(ending: PriceEnding, coin: number): boolean {
  return Object.values(ENDINGS[ending]).every((amount) => Math.abs(amount / coin - Math.round(amount / coin)) < 1e-6);
}

/** Prices of a lattice next to a price: itself where it is one, else those below (if above 0) and above it. */
export function pricesAround({ period, offset }: PriceLattice, price: number): number[] {
  const place = (price - offset) / period;
  const near = Math.round(place);
  // A billionth: rounding of the quotient.
  const places =
    Math.abs(place - near) <= 1e-9 * Math.max(1, Math.abs(place)) ? [near] : [Math.floor(place), Math.ceil(place)];
  const found = places.map((k) => tidy(offset + k * period)).filter((p) => p > 0);
  return found.length > 0 ? found : [tidy(offset > 0 ? offset : period)];
}

/** Without the rounding of a product: 0.3, not 0.30000000000000004. */
function tidy(price: number): number {
  return Number(price.toPrecision(15));
}

/** Smallest amount of a currency that is paid, by ISO 4217: 0.01 of a euro, 1 Chilean peso, 0.001 of a Kuwaiti dinar. */
export function coinOf(currency: string): number {
  return 10 ** -coinDigits(currency);
}

/** Decimals of a currency's coin. */
export function coinDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** Coins from which on rounding to a whole one moves a price by at most a hundredth. */
const COINS_OF_A_PRICE = 50;

/**
 * Step of a product's prices: the coin, where today's price is in coins or many coins high (then it is a mean of
 * tickets); else, as for a screw at 0.0125, the power of ten at or below a hundredth of today's price.
 */
export function priceStep(todayPrice: number, coin: number): number {
  const coins = todayPrice / coin;
  if (coins >= COINS_OF_A_PRICE || (coins >= 1 - 1e-6 && Math.abs(coins - Math.round(coins)) < 1e-6)) return coin;
  return Math.min(coin, Number(`1e${Math.floor(Math.log10(todayPrice / 100) + 1e-9)}`));
}

/** Decimals to show a price with: those of its currency, more where the price is not in coins and small. */
export function priceDigits(price: number, currency: string): number {
  const coin = coinOf(currency);
  if (!(Math.abs(price) > 0)) return coinDigits(currency);
  return Math.max(0, Math.round(-Math.log10(priceStep(Math.abs(price), coin))));
}
