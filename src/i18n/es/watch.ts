/** Lo que la vigilancia encontró e hizo, en español. */

import type { WatchWords } from '../watch-codes.ts';

export const watch: WatchWords = {
  drifts: {
    level: 'se vende un {size} menos de lo previsto, desde el {date} más o menos',
    levelUp: 'se vende un {size} más de lo previsto, desde el {date} más o menos',
    elasticity:
      'los clientes reaccionan de otra forma al precio desde el {date} más o menos (elasticidad de ahora: {size})',
    error: 'las previsiones fallan unas {size} veces más que antes, desde el {date} más o menos',
    'stock-outs': 'se agota más a menudo: el {size} de los días desde el {date} más o menos',
  },
  actions: {
    none: 'se deja como está',
    warm: 'puesto al día',
    full: 'entrenado de nuevo',
    failed: 'no se pudo',
  },
  reasons: {
    UP_TO_DATE: 'no hay ventas nuevas',
    NEW_ROWS: 'llegaron ventas nuevas',
    NO_MODEL: 'no tenía modelo',
    DRIFT: 'las ventas ya no siguen al modelo',
    ROWS_CHANGED: 'han cambiado ventas que ya se conocían',
    MANY_NEW_ROWS: 'muchas ventas nuevas desde el último entrenamiento completo',
    FIT_CHANGED: 'esta versión del programa entrena de otra forma',
    NO_BASIS: 'su modelo no se puede poner al día (lo hizo una versión anterior o se entrenó por iteraciones)',
    ASKED: 'se pidió un entrenamiento completo',
  },
  alertKinds: {
    failed: 'Un entrenamiento falló',
    worse: 'Un entrenamiento nuevo salió peor',
    'old-data': 'Hace días que no llegan ventas',
    drift: 'Un producto ya no se vende como se esperaba',
    lost: 'Un cambio de precio perdió dinero',
    waiting: 'Hay precios propuestos sin decidir',
  },
  deliveryStates: { waiting: 'en espera', sent: 'enviado', failed: 'abandonado' },
};
