/** The words on pictures, in Spanish and English. */

import type { Lang } from '../contract/words.ts';

const en = {
  demandTitle: '{name}: demand by price',
  demandText:
    "Expected demand of {name} over {days} days at each price, with its 90 % interval, the days observed, the range of prices tried, today's price and the recommended one.",
  profitTitle: '{name}: profit by price',
  profitText: "Expected profit of {name} over {days} days at each price, with its 90 % interval, today's price and the recommended one.",
  weekdayTitle: '{name}: days of the week',
  weekdayText: 'How much demand each weekday brings, as a multiple of an ordinary day.',
  seasonTitle: '{name}: seasons of the year',
  seasonText: 'How demand moves over the year, as a multiple of an ordinary day.',
  forecastTitle: '{name}: the coming days',
  forecastText: 'What was sold in the last weeks of {name}, and the demand forecast with its 90 % interval.',
  priceAxis: 'Price ({currency}/{unit})',
  demandAxis: 'Demand ({unit} in {days} days)',
  profitAxis: 'Profit ({currency} in {days} days)',
  dailyAxis: 'Demand ({unit} a day)',
  multiplierAxis: 'Multiple of an ordinary day',
  interval: '90 % interval',
  observed: 'days observed',
  demand: 'expected demand',
  profit: 'expected profit',
  sold: 'sold',
  forecast: 'forecast',
  today: 'today',
  recommended: 'recommended',
  low: 'Low',
  high: 'High',
  when: 'When',
  reportTitle: 'Price list',
  reportLead: 'What each price could earn in the coming {days} days, and how sure that is.',
  tileProducts: 'products',
  tileChanges: 'price changes recommended',
  tileGain: 'more profit expected in {days} days',
  product: 'Product',
  expectedGain: 'Expected gain',
  howSure: 'How sure',
  keep: 'keep',
  sureWords: '{share} likely better than today',
  dataTable: 'Data of this picture',
  notes: 'Notes',
} as const;

export type ChartWord = keyof typeof en;

const es: Readonly<Record<ChartWord, string>> = {
  demandTitle: '{name}: demanda según el precio',
  demandText:
    'Demanda esperada de {name} en {days} días a cada precio, con su intervalo del 90 %, los días observados, los precios ya probados, el precio de hoy y el recomendado.',
  profitTitle: '{name}: ganancia según el precio',
  profitText: 'Ganancia esperada de {name} en {days} días a cada precio, con su intervalo del 90 %, el precio de hoy y el recomendado.',
  weekdayTitle: '{name}: días de la semana',
  weekdayText: 'Cuánta demanda trae cada día de la semana, como múltiplo de un día corriente.',
  seasonTitle: '{name}: épocas del año',
  seasonText: 'Cómo cambia la demanda a lo largo del año, como múltiplo de un día corriente.',
  forecastTitle: '{name}: los próximos días',
  forecastText: 'Lo vendido de {name} en las últimas semanas y la demanda pronosticada con su intervalo del 90 %.',
  priceAxis: 'Precio ({currency}/{unit})',
  demandAxis: 'Demanda ({unit} en {days} días)',
  profitAxis: 'Ganancia ({currency} en {days} días)',
  dailyAxis: 'Demanda ({unit} al día)',
  multiplierAxis: 'Múltiplo de un día corriente',
  interval: 'intervalo del 90 %',
  observed: 'días observados',
  demand: 'demanda esperada',
  profit: 'ganancia esperada',
  sold: 'vendido',
  forecast: 'pronóstico',
  today: 'hoy',
  recommended: 'recomendado',
  low: 'Mínimo',
  high: 'Máximo',
  when: 'Cuándo',
  reportTitle: 'Lista de precios',
  reportLead: 'Lo que puede ganar cada precio en los próximos {days} días, y con cuánta seguridad.',
  tileProducts: 'productos',
  tileChanges: 'cambios de precio recomendados',
  tileGain: 'más de ganancia esperada en {days} días',
  product: 'Producto',
  expectedGain: 'Mejora esperada',
  howSure: 'Seguridad',
  keep: 'mantener',
  sureWords: '{share} de probabilidad de ganar más que hoy',
  dataTable: 'Datos de este gráfico',
  notes: 'Notas',
};

export function chartWords(lang: Lang): (key: ChartWord, values?: Readonly<Record<string, string | number>>) => string {
  const catalogue: Readonly<Record<ChartWord, string>> = lang === 'es' ? es : en;
  return (key, values = {}) => catalogue[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
