/** The words of the page of totals, in Spanish. */

import type { webTotals as english } from '../en/web-totals.ts';

export const webTotals: Readonly<Record<keyof typeof english, string>> = {
  navTotals: 'Totales',
  totalsLead: 'Lo que traerán los próximos días: productos, tipos y tiendas cuadran, y sus pronósticos también.',
  totalsEmptyLead: 'Los totales se pronostican cuando los productos están entrenados.',
  totalsHorizon: 'Hasta cuándo',
  totalsDays: '{days} {days|día|días}',
  totalsAll: 'Todas las tiendas',
  totalsExpected:
    '{period}: se esperan |{value}|, entre {low} y {high}, de {products} {products|producto|productos} con ventas {kept}.',
  totalsLearned:
    'Aprendido de {windows} {windows|tramo pasado|tramos pasados}: cuánto van juntos los errores de los productos y qué dicen las sumas de cada uno.',
  totalsSums:
    'Sumas de los pronósticos de cada producto: {windows} {windows|tramo pasado no mostró|tramos pasados no mostraron} que las sumas sepan más.',
  totalsUnknown:
    'Muy pocas filas en común para saber cuánto van juntos los errores de los productos: son sumas de sus pronósticos, con una dependencia usual.',
  totalsTable: 'Del total a cada producto',
  totalsTableLead: 'Pulse una tienda o un tipo para ver sus días arriba.',
  totalsOf: 'Total de',
  totalsMore: '{count} {count|fila más: está|filas más: están} en el archivo.',
  totalsAlone: 'Los totales de días, semanas y meses no se suman entre sí.',
  totalsMissing: 'Fuera de estos totales, {reason} ({count}): {names}',
};
