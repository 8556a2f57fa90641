/** The action of a command such as `models`, by its name in either language. */

import { nearestName } from '../data/columns.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { Translate } from '../i18n/messages.ts';

/** @param actions by every name that they have @throws DemandaError USAGE, which names the nearest one */
export function actionNamed<Action>(actions: Readonly<Record<string, Action>>, name: string, t: Translate): Action {
  if (Object.hasOwn(actions, name)) return actions[name] as Action;
  const nearest = nearestName(name, Object.keys(actions)) ?? 'list';
  throw new DemandaError('USAGE', { detail: t('didYouMean', { what: t('command'), name, nearest }) });
}
