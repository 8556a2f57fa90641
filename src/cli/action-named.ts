/** The action of a command such as `models`, by its name in either language. */

import { nearName } from '../data/columns.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { Translate } from '../i18n/messages.ts';

/** Other words for what there is, which people try. */
const MEANT: Readonly<Record<string, string>> = {
  mostrar: 'ver',
  view: 'show',
  tablero: 'servir',
  dashboard: 'serve',
  start: 'serve',
  predict: 'forecast',
  predecir: 'pronosticar',
  configurar: 'ajustes',
  config: 'settings',
  migrar: 'trasladar',
  migrate: 'migrate-store',
};

/** What is said of a name that is none, with the one that was probably meant. */
export function unknownWord(what: string, name: string, names: readonly string[], t: Translate): string {
  const other = MEANT[name.toLowerCase()];
  const nearest = other !== undefined && names.includes(other) ? other : nearName(name, names);
  return nearest === null ? t('unknownWord', { what, name }) : t('didYouMean', { what, name, nearest });
}

/** @param actions by every name that they have @throws DemandaError USAGE, which names the nearest one */
export function actionNamed<Action>(actions: Readonly<Record<string, Action>>, name: string, t: Translate): Action {
  if (Object.hasOwn(actions, name)) return actions[name] as Action;
  throw new DemandaError('USAGE', { detail: unknownWord(t('command'), name, Object.keys(actions), t) });
}
