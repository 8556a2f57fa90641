/** The words of the page of promotions, in Spanish. */

import type { webPromotions as english } from '../en/web-promotions.ts';

export const webPromotions: Readonly<Record<keyof typeof english, string>> = {
  navPromotions: 'Promociones',
  promotionsLead:
    'Qué vendieron las promociones, qué fue solo compra adelantada o en lugar de otra cosa, y cuándo hacerlas.',
  promotionsEmptyLead: 'Las promociones se valoran cuando los productos de una tienda están entrenados.',
  promotionsLooking: 'Se valoran las promociones pasadas. Una tienda grande tarda unos segundos.',
  promotionsWeeks: 'Semanas',
  promotionsAtOnce: 'Productos a la vez, como máximo',
  promotionsWhole: 'Un número entero de 1 a {most}',
  promotionsGain:
    'Estas promociones ganarían |{gain}| más que ninguna, {period}: entre {low} y {high}, {sure} de certeza.',
  promotionsNone: 'Ninguna promoción compensa con estas reglas, {period}: lo mejor es no hacer ninguna.',
  promotionsUnknown: 'Las promociones pasadas no dicen qué harían otras: los productos de abajo dicen por qué.',
  promotionsCalendar: 'Calendario',
  promotionsCalendarLead: 'Las promociones que más ganan juntas. Los descuentos cuestan {spent}, ya descontados.',
  promotionsDays: 'Días',
  promotionsPrice: 'Precio',
  promotionsDisplay: 'expuesto',
  promotionsNet: 'Gana',
  promotedHead: 'Qué hicieron las promociones',
  promotedLead: 'Una como las pasadas, en sus días y en las cinco semanas siguientes.',
  promotedPast: '{count} {count|promoción|promociones}; una habitual: −{depth}, {days} {days|día|días}',
  promotedCount: '{count} {count|promoción|promociones}',
  promotedLift: 'Vendido, veces lo habitual',
  promotedAdvance: 'Solo comprado antes',
  promotedOthers: 'Otros productos',
  promotedNet: 'Queda en total',
  promotedEven: 'Compensa hasta',
  promotedNever: 'nunca compensó',
  promotedBeyond: '−{depth} o más',
};
