/** The words of the page of what goes off, in Spanish. */

import type { webPerishables as english } from '../en/web-perishables.ts';

export const webPerishables: Readonly<Record<keyof typeof english, string>> = {
  navPerishables: 'Lo que caduca',
  shelfLead: 'Rebaje ya lo que acabaría en la basura y pida lo que se venderá hasta la próxima entrega.',
  shelfEmpty: 'Aún no hay ventas',
  shelfEmptyLead: 'Importe primero sus ventas y después una lista de existencias.',
  shelfUntrained: 'Aún no hay modelos',
  shelfUntrainedLead: 'Los pedidos y las rebajas llegan en cuanto se entrenen los productos de este comerciante.',
  shelfDays: 'Días hasta la próxima entrega',
  shelfDaysUsual: 'según las existencias',
  shelfLife: 'Días que dura lo pedido',
  shelfLifeUsual: 'como lo que hay',
  shelfLevel: 'Nadie se queda sin',
  shelfLevelUsual: 'lo que más gana',
  shelfDaysOnly: 'Un número entero de días, de {least} a {most}.',
  shelfSayDelivery:
    'Qué pedir: escriba arriba en cuántos días llega la próxima entrega, o importe unas existencias que lo digan.',
  shelfToday: 'Rebaje ya {count} {count|producto|productos}: |{gain}| hasta que caduquen, y {saved} menos a la basura.',
  shelfNoneToday: 'Nada de lo que hay necesita hoy un precio más bajo.',
  shelfOrdered: 'Para pedir hoy: {count} de {all} {all|producto|productos}.',
  shelfMarkdowns: 'Rebajar ya',
  shelfMarkdownsLead:
    'Lo que no se vendería a tiempo al precio de hoy. Los días siguientes son un plan: vuelva a mirar cada mañana.',
  shelfUntil: 'hay {quantity} {unit}, hasta el {date}',
  shelfPriceToday: 'Precio de hoy',
  shelfPriceNow: 'Precio ya',
  shelfPath: 'Día a día',
  shelfBrings: 'Lo que da',
  shelfGoesOff: 'Caduca',
  shelfInsteadOf: 'en vez de {quantity}',
  shelfThisPath: 'Estos precios',
  shelfLastDay: '{price} solo el último día',
  shelfKeep: 'Seguir a {price}',
  shelfKept: 'Siguen a su precio, pues se venden a tiempo o rebajarlos no da más: {products}.',
  shelfOrders: 'Pedir hoy',
  shelfOrdersLead:
    'Para las ventas del {from} al {to}, a los precios de hoy. De lo que gana poco por unidad se pide menos de lo que se espera vender.',
  shelfOrder: 'Pedir',
  shelfNothing: 'nada',
  shelfOnHand: 'Hay',
  shelfUncounted: 'sin contar',
  shelfDemand: 'Se venderá',
  shelfTo: 'hasta el {date}',
  shelfMissed: 'Falta',
  shelfEnough: 'Llega para todos',
  shelfStock: 'Lo que hay',
  shelfStockLead: 'Según el último recuento, lote a lote, con el último día en que se puede vender cada uno.',
  shelfImport: 'Importar existencias',
  shelfNoStock:
    'Aún no se ha contado nada: los pedidos dan la estantería por vacía y no se sabe qué rebajar. Importe un archivo ' +
    'con las columnas fecha, comerciante, producto, existencias, caducidad y próxima entrega.',
  shelfUncountedSome:
    '{count} {count|producto más de este comerciante no se ha|productos más de este comerciante no se han} contado nunca.',
  shelfBatches: 'Se puede vender hasta',
  shelfDelivery: 'Próxima entrega',
  shelfCounted: 'Contado el',
  shelfBatch: '{date} · {days|queda|quedan} {days} {days|día|días}',
  shelfGone: 'caducó el {date}',
  shelfNoLastDay: 'sin último día conocido',
  shelfNamesMore: '{names} y {count} más',
};
