/** What is said of the guardrails, in Spanish. */

import type { guardrailHelp as en } from '../en/guardrails.ts';
import type { GuardrailFieldWords, GuardrailRuleWords } from '../guardrail-words.ts';

/** In the help of the command line. */
export const guardrailHelp: Readonly<Record<keyof typeof en, string>> = {
  optMaxChange: 'cambio máximo frente al precio de hoy, como 15 % o 0,15 ({usual})',
  optMinMargin: 'margen mínimo, parte del precio, como 20 % o 0,2',
  optEnding: 'terminación del precio: ,99, ,49, 90 o 990, o múltiplos de 0,05 o 10',
  optTriedRange: 'cuánto más allá de los precios probados, como parte ({usual})',
  optMarketBand: 'cuánto se puede alejar del precio de mercado, como parte',
  optAboveCompetitors: 'cuánto por encima de la competencia, como parte, como 5 %',
  optBelowCompetitors: 'cuánto por debajo de la competencia, como parte, como 10 %',
  optCompetitorReference:
    'de quién es ese precio: cheapest (el más barato), mean (la media) o el nombre de un competidor',
  optMinPrice: 'precio más bajo',
  optMaxPrice: 'precio más alto',
  optMinProbability: 'probabilidad mínima de ganar más con que se recomienda un cambio ({usual})',
  optMinGain: 'ganancia mínima con que se recomienda un cambio, como parte de la de hoy ({usual})',
};

export const guardrailFlags: Readonly<Record<string, string>> = {
  '--cambio-maximo': '--max-change',
  '--margen-minimo': '--min-margin',
  '--terminacion': '--price-ending',
  '--rango-probado': '--tried-range',
  '--banda-mercado': '--market-band',
  '--sobre-competencia': '--above-competitors',
  '--bajo-competencia': '--below-competitors',
  '--referencia-competencia': '--competitor-reference',
  '--precio-minimo': '--min-price',
  '--precio-maximo': '--max-price',
  '--probabilidad-minima': '--min-probability',
  '--ganancia-minima': '--min-gain',
};

/** Beside and below its field on the page. */
export const guardrailFields: GuardrailFieldWords = {
  maxChange: { label: 'Cambio máximo', hint: 'Frente al precio de hoy.' },
  minMargin: { label: 'Margen mínimo', hint: 'Parte del precio que queda tras el costo.' },
  triedRangeMargin: { label: 'Más allá de lo probado', hint: 'Cuánto se sale de los precios ya cobrados.' },
  marketBand: { label: 'Distancia al mercado', hint: 'A un lado y otro del precio de mercado.' },
  aboveCompetitors: { label: 'Por encima de la competencia', hint: 'Como mucho, mientras su precio sea reciente.' },
  belowCompetitors: { label: 'Por debajo de la competencia', hint: 'Como mucho, mientras su precio sea reciente.' },
  minPrice: { label: 'Precio más bajo', hint: 'Para todos los productos de esta elección.' },
  maxPrice: { label: 'Precio más alto', hint: 'Para todos los productos de esta elección.' },
  minProbability: { label: 'Certeza mínima', hint: 'Probabilidad de ganar más, al menos.' },
  minGain: { label: 'Ganancia mínima', hint: 'Parte de la ganancia de hoy que un cambio debe traer.' },
};

/** Where one held a price. */
export const guardrailRules: GuardrailRuleWords = {
  'never-below-cost': 'nunca bajo el costo',
  'min-margin': 'margen mínimo{setting}',
  'max-change': 'cambio máximo{± setting}',
  'tried-range': 'precios ya probados{± setting}',
  'min-price': 'precio mínimo',
  'max-price': 'precio máximo',
  'market-band': 'cerca del precio de mercado{± setting}',
  'above-competitors': 'no muy por encima de la competencia{setting}',
  'below-competitors': 'no muy por debajo de la competencia{setting}',
  direction: 'sin pasar al otro lado del precio de hoy',
  'price-ending': 'terminación del precio{setting}',
};
