/** What watching found and did, in words for whoever keeps a shop. */

import type { DriftItem } from '../contract/watch.ts';
import type { Lang } from '../core/vocabulary.ts';
import { WATCH_WORDS } from './catalogue.ts';
import type { WatchWords } from './watch-codes.ts';

/** One change that was found, as the end of a sentence. */
export function driftWords({ kind, size, sinceDate }: DriftItem, lang: Lang): string {
  const { drifts } = WATCH_WORDS[lang];
  const date = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(sinceDate));
  const share = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0 });
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
  const isShare = kind === 'level' || kind === 'stock-outs';
  const shown = isShare ? share.format(Math.abs(size)) : number.format(size);
  const words = kind === 'level' && size > 0 ? drifts.levelUp : drifts[kind];
  return words.replace('{size}', shown).replace('{date}', date);
}

export function watchWords(lang: Lang): WatchWords {
  return WATCH_WORDS[lang];
}
