/** Bins of a histogram in words, open ones too. */

import type { WebTranslate } from '../../i18n/web-messages.ts';

interface Bin {
  readonly from: number | null;
  readonly to: number | null;
}

export function binWord({ from, to }: Bin, word: (value: number) => string, t: WebTranslate): string {
  if (from === null) return t('fleetTo', { to: word(to ?? 0) });
  return to === null ? t('fleetFrom', { from: word(from) }) : t('fleetBetween', { from: word(from), to: word(to) });
}
