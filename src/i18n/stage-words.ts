/** How far the cells of a shop are on the way to prices in force, in words: for pages and the command line alike. */

import type { OverviewSummary } from '../contract/api.ts';
import { type Lang, PRICE_STAGES, type PriceStage } from '../core/vocabulary.ts';
import { CODE_WORDS } from './catalogue.ts';

/** A part of the headline for every stage in which there are cells. */
export function stageParts(
  { stages, inForceFrom, inForceTo }: Pick<OverviewSummary, 'stages' | 'inForceFrom' | 'inForceTo'>,
  lang: Lang,
): readonly { readonly stage: PriceStage; readonly count: number; readonly text: string }[] {
  const number = new Intl.NumberFormat(lang);
  const since = inForceFrom === null || inForceTo === null ? '' : daysWord(inForceFrom, inForceTo, lang);
  return PRICE_STAGES.flatMap((stage) => {
    const count = stages[stage];
    if (count === 0) return [];
    const { one, many } = CODE_WORDS[lang].stages[stage];
    const text = (count === 1 ? one : many).replace('{count}', number.format(count)).replace('{since}', since);
    return [{ stage, count, text }];
  });
}

function daysWord(from: string, to: string, lang: Lang): string {
  const format = new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  const day = (iso: string): Date => new Date(`${iso}T00:00:00Z`);
  return from === to ? format.format(day(from)) : format.formatRange(day(from), day(to));
}
