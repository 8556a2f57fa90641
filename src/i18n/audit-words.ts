/** The audit log in words. */

import type { Lang } from '../core/vocabulary.ts';
import { CODE_WORDS } from './catalogue.ts';

/** The word of a code; undefined for one that another version of the program wrote. */
function wordOf(words: Readonly<Record<string, string>>, code: string): string | undefined {
  return Object.hasOwn(words, code) ? words[code] : undefined;
}

/** What was done. An action that another version of the program wrote is shown by its name. */
export function actionWords(action: string, lang: Lang): string {
  return wordOf(CODE_WORDS[lang].actions, action) ?? action;
}

/** Ids tell people nothing: they stand in the document. */
const IDS: ReadonlySet<string> = new Set(['trainingId', 'runId']);

/** Of a long detail, so many characters. */
const MOST_DETAIL = 160;

/**
 * What it was done to, from the detail of an entry: names as they are, figures and the lengths of lists with their
 * words.
 */
export function detailWords(detail: Readonly<Record<string, unknown>>, lang: Lang): string {
  const { actionFigures, actionValues, alertParts } = CODE_WORDS[lang];
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
  return Object.entries(detail)
    .flatMap(([key, value]) => {
      if (IDS.has(key)) return [];
      const word = wordOf(actionFigures, key);
      const figure = Array.isArray(value) && word !== undefined ? value.length : value;
      if (typeof figure === 'number') return figure === 0 ? [] : [`${word ?? key} ${number.format(figure)}`];
      if (Array.isArray(figure)) return [figure.join(', ')];
      if (typeof figure !== 'string') return [];
      if (key === 'alerts')
        return [
          figure
            .split(', ')
            .map((part) => wordOf(alertParts, part) ?? part)
            .join(', '),
        ];
      return [key === 'status' || key === 'kind' ? (wordOf(actionValues, figure) ?? figure) : figure];
    })
    .filter((words) => words !== '')
    .join(' · ')
    .slice(0, MOST_DETAIL);
}

/**
 * Who did it.
 *
 * @param actor `kind:id` @param name the name that the actor had; null in what earlier versions kept, which had a name
 * in the place of the id
 */
export function actorWords(actor: string, name: string | null, lang: Lang): string {
  const { actors, earlierOwner } = CODE_WORDS[lang];
  const colon = actor.indexOf(':');
  const [kind, id] = [actor.slice(0, colon), actor.slice(colon + 1)];
  if (actor === 'session:owner') return earlierOwner;
  // A training goes on in the name of whoever began it.
  const said = kind === 'training' && name === 'owner' ? actors.owner : (name ?? id);
  return wordOf(actors, kind)?.replace('{name}', () => said) ?? name ?? actor;
}

/** Who decided on a price; null where nobody did. */
export function deciderWords(
  { decidedBy, decidedByName }: { readonly decidedBy: string | null; readonly decidedByName: string | null },
  lang: Lang,
): string | null {
  return decidedBy === null ? null : actorWords(decidedBy, decidedByName, lang);
}
