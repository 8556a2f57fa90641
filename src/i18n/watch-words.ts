/** What watching found and did, in words for whoever keeps a shop. */

import type { DriftItem } from '../contract/watch.ts';
import type { AlertKind, DeliveryState, DriftKind, Lang, WatchAction, WatchReason } from '../core/vocabulary.ts';
import { WATCH_WORDS } from './catalogue.ts';

type Words<Code extends string> = Readonly<Record<Code, string>>;

export interface WatchWords {
  /** What changed, with {size} and {date}; of a level that rose `levelUp`. */
  readonly drifts: Words<DriftKind | 'levelUp'>;
  readonly actions: Words<WatchAction>;
  /** What would be done. */
  readonly plans: Words<WatchAction>;
  readonly reasons: Words<WatchReason>;
  readonly alertKinds: Words<AlertKind>;
  readonly deliveryStates: Words<DeliveryState>;
}

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
