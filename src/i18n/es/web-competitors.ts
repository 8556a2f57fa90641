/** What the pages say of competitors' prices, in Spanish. */

import type { webCompetitors as en } from '../en/web-competitors.ts';

export const webCompetitors: Readonly<Record<keyof typeof en, string>> = {
  navCompetitors: 'Competencia',
  competitorsTitle: 'Precios de la competencia',
  competitorsLead: 'Lo que otros piden por los mismos productos, hasta donde se ha visto.',
  competitorsAll: 'Todos los productos',
  competitorsNone: 'Todavía no hay precios de la competencia',
  competitorsNoneLead: 'Importe un archivo con fecha, competidor, producto y precio.',
  competitorsUnmatched:
    'Productos de la competencia que no son ninguno de los suyos: {count} ({names}). ' +
    'Diga cuál de los suyos es cada uno en ' +
    'una columna «nuestro producto».',
  competitorsDoubt:
    'La competencia tiene los mismos costos y clientes que usted: parte de lo que parece cosa suya puede ser eso.',
  competitorOurs: 'Usted pide',
  competitorAsks: 'Pide',
  competitorAsk: 'Otros piden',
  competitorDifference: 'Frente a usted',
  competitorSeen: 'Visto',
  competitorCheapest: 'Quién es el más barato',
  competitorOffer: 'oferta',
  competitorStale: 'antiguo',
  competitorsAllStale: 'Todos sus precios son demasiado antiguos para saber qué piden hoy.',
  competitorCheaper: '{competitor} es el más barato, un {share} por debajo de usted.',
  competitorWeCheaper: 'Usted es el más barato; el siguiente pide un {share} más.',
  competitorSame: 'Usted es tan barato como el más barato.',
  competitorEffect: 'Si piden un 1 % más, usted vende un {value} % más (de {low} a {high}).',
  competitorEffectUnknown: 'Todavía no se puede saber qué hacen sus precios a sus ventas.',
  competitorFollows: '{competitor} sigue un {share} de sus cambios de precio en cuatro semanas (de {low} a {high}).',
  competitorFollowsUnknown:
    'Todavía no se puede saber si {competitor} sigue sus cambios de precio: {moves} {moves|cambio ' +
    'dice|cambios dicen} demasiado poco.',
  togetherFollows: 'La competencia sigue',
  planFollows: '{plan}; la competencia sigue un {share}',
};
