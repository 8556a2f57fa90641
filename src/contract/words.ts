/** Sentences for codes that documents carry: reasons and guardrails, in both languages, for terminal, report and pages alike. */

import type { MarketSeriesName } from '../core/market/market-index.ts';
import type { AssumptionCode, GuardrailRule, ReasonCode, Recommendation } from './documents.ts';

export type Lang = 'es' | 'en';

export const REASON_WORDS: Readonly<Record<ReasonCode, Readonly<Record<Lang, string>>>> = {
  NO_SALES: { es: 'sin ventas propias: el cálculo parte de datos publicados', en: 'no sales of its own: worked out from published facts' },
  TOO_FEW_SALES: { es: 'pocas ventas (menos de 30 días)', en: 'few sales (under 30 days)' },
  NO_PRICE_VARIATION: {
    es: 'el precio casi no ha cambiado, no se sabe cómo responde la demanda',
    en: 'the price has hardly moved, so how demand responds is unknown',
  },
  WRONG_SIGN: {
    es: 'a precio más alto se vendió más: algo ajeno al precio movió las ventas',
    en: 'more was sold at higher prices: something other than price moved sales',
  },
  ELASTICITY_TOO_WIDE: { es: 'la ganancia podría subir o bajar, los datos no deciden', en: 'profit might rise or fall, the data do not decide' },
  EXTRAPOLATION: { es: 'el mejor precio está fuera de los ya probados', en: 'the best price lies outside those tried' },
  STALE_COST: { es: 'el costo falta o tiene más de 30 días', en: 'the cost is missing or over 30 days old' },
  PROMO_CONFOUNDED: { es: 'casi todos los cambios de precio fueron ofertas', en: 'nearly all price changes were promotions' },
  NOT_CONVERGED: { es: 'el entrenamiento no llegó a converger', en: 'training did not converge' },
  NO_INTERIOR_OPTIMUM: {
    es: 'la demanda casi no depende del precio: no hay un precio óptimo que los datos muestren',
    en: 'demand hardly depends on price: the data show no best price',
  },
  WORSE_THAN_BASELINE: { es: 'un promedio simple pronostica mejor que el modelo', en: 'a simple average forecasts better than the model' },
};

export const GUARDRAIL_WORDS: Readonly<Record<GuardrailRule, Readonly<Record<Lang, string>>>> = {
  'never-below-cost': { es: 'nunca bajo el costo', en: 'never below cost' },
  'min-margin': { es: 'margen mínimo', en: 'minimum margin' },
  'max-change': { es: 'cambio máximo', en: 'largest change' },
  'tried-range': { es: 'precios ya probados ± 10 %', en: 'prices tried ± 10 %' },
  'min-price': { es: 'precio mínimo', en: 'minimum price' },
  'max-price': { es: 'precio máximo', en: 'maximum price' },
  'market-band': { es: 'cerca del precio de mercado', en: 'near the market price' },
  'price-ending': { es: 'terminación del precio', en: 'price ending' },
};

export const ASSUMPTION_WORDS: Readonly<Record<AssumptionCode, Readonly<Record<Lang, string>>>> = {
  REFERENCE_PRICE: { es: 'precio de referencia supuesto', en: 'assumed reference price' },
  UNIT_COST: { es: 'costo supuesto', en: 'assumed cost' },
  DAILY_QUANTITY: { es: 'cantidad diaria supuesta', en: 'assumed daily quantity' },
  ELASTICITY: { es: 'elasticidad publicada', en: 'published elasticity' },
};

/** The published index of commodity prices that stands for a product's market. */
export const MARKET_WORDS: Readonly<Record<MarketSeriesName, Readonly<Record<Lang, string>>>> = {
  beef: { es: 'vacuno', en: 'beef' },
  chicken: { es: 'pollo', en: 'chicken' },
  lamb: { es: 'cordero', en: 'lamb' },
  fishMeal: { es: 'harina de pescado', en: 'fish meal' },
  bananaOrange: { es: 'plátano y naranja', en: 'bananas and oranges' },
  wheat: { es: 'trigo', en: 'wheat' },
  sugar: { es: 'azúcar', en: 'sugar' },
  sunflowerOil: { es: 'aceite de girasol', en: 'sunflower oil' },
};

/** Fields of a comparison. */
const FIELD_WORDS: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  iterations: { es: 'Iteraciones', en: 'Iterations' },
  ownRows: { es: 'Ventas propias (filas)', en: 'Own sales (rows)' },
  wape: { es: 'Error en ventas no vistas (WAPE)', en: 'Error on held-out sales (WAPE)' },
  simulatedError: { es: 'Error simulado (WAPE)', en: 'Simulated error (WAPE)' },
  elasticity: { es: 'Elasticidad', en: 'Elasticity' },
  currentPrice: { es: 'Precio de hoy', en: "Today's price" },
  price: { es: 'Precio propuesto', en: 'Proposed price' },
  expectedDemand: { es: 'Demanda esperada ({days} días)', en: 'Expected demand ({days} days)' },
  expectedProfit: { es: 'Ganancia esperada ({days} días)', en: 'Expected profit ({days} days)' },
  recommended: { es: 'Cambio recomendado', en: 'Change recommended' },
  boxCoxLambda: { es: 'Forma del precio (λ)', en: 'Shape of the price term (λ)' },
  fourierOrder: { es: 'Ondas de la temporada', en: 'Waves of the season' },
  trend: { es: 'Tendencia', en: 'Trend' },
  fastDiscount: { es: 'Memoria rápida del nivel', en: 'Fast memory of the level' },
  slowDiscount: { es: 'Memoria lenta del nivel', en: 'Slow memory of the level' },
  relaxation: { es: 'Vuelta del nivel a la media', en: 'Pull of the level to its mean' },
  reversion: { es: 'Olvido de los sobresaltos', en: 'Forgetting of shocks' },
  halfLifePeriods: { es: 'Vida media de los datos (periodos)', en: 'Half-life of data (periods)' },
  family: { es: 'Familia', en: 'Family' },
  variancePower: { es: 'Exponente de la varianza', en: 'Power of the variance' },
  ridgeScale: { es: 'Fuerza de la regularización', en: 'Strength of regularisation' },
  capMultiple: { es: 'Tope de ventas extremas', en: 'Cap of freak sales' },
};

/** Values of fields that are names. */
const VALUE_WORDS: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  power: { es: 'potencia', en: 'power' },
  nb2: { es: 'binomial negativa', en: 'negative binomial' },
};

/** Digits after the point that a field's figures carry any meaning with. */
const amountDigits = (value: number): number => (Math.abs(value) >= 100 ? 0 : 1);
const FIELD_DIGITS: Readonly<Record<string, (value: number) => number>> = {
  iterations: () => 0,
  ownRows: () => 0,
  wape: () => 1,
  simulatedError: () => 1,
  elasticity: () => 2,
  currentPrice: () => 2,
  price: () => 2,
  expectedDemand: amountDigits,
  expectedProfit: amountDigits,
};

/** @param days horizon of what is expected */
export function fieldWord(field: string, lang: Lang, days = 0): string {
  return FIELD_WORDS[field]?.[lang].replace('{days}', String(days)) ?? field;
}

export function fieldValue(field: string, value: string | number | boolean | null, lang: Lang): string {
  if (value === null) return '–';
  if (typeof value === 'boolean') return value ? (lang === 'es' ? 'sí' : 'yes') : 'no';
  if (typeof value === 'string') return VALUE_WORDS[value]?.[lang] ?? value;
  const digits = FIELD_DIGITS[field]?.(value);
  const format: Intl.NumberFormatOptions =
    digits === undefined ? { maximumFractionDigits: Math.abs(value) >= 1000 ? 0 : 3 } : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(lang, { ...format, ...((field === 'wape' || field === 'simulatedError') && { style: 'percent' }) }).format(value);
}

/** A probability in whole percent; one that a thousand posterior draws cannot tell from certainty is not called certain. */
export function probabilityWord(probability: number, lang: Lang): string {
  const percent = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0 });
  if (probability > 0.99) return `> ${percent.format(0.99)}`;
  if (probability < 0.01) return `< ${percent.format(0.01)}`;
  return percent.format(probability);
}

/** What a guardrail did to a price; a move of less than a cent is no move to show. */
export function guardrailWord({ rule, before, after }: Recommendation['guardrails'][number], lang: Lang): string {
  const format = new Intl.NumberFormat(lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const [from, to] = [format.format(before), format.format(after)];
  return from === to ? GUARDRAIL_WORDS[rule][lang] : `${GUARDRAIL_WORDS[rule][lang]}: ${from} → ${to}`;
}
