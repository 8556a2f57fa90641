/** How a training went, in words. */

import type { RunDocumentItem } from '../contract/documents.ts';
import type { Lang } from '../core/vocabulary.ts';
import { codeWords } from '../i18n/code-words.ts';
import type { Translate } from '../i18n/messages.ts';
import { errorShare, number } from './number-text.ts';

/** How a training by iterations went, a sentence or a few a line; nothing of the exact solver's. */
export function iteratedText(run: RunDocumentItem, lang: Lang, t: Translate): string[] {
  const { convergence, merchant, product } = run;
  if (!convergence) return [];
  const lines = [
    t('iterated', {
      merchant,
      product,
      iterations: number(lang, run.iterations, 0),
      seconds: number(lang, run.seconds, 1),
      first: errorShare(lang, convergence.first),
      last: errorShare(lang, convergence.last),
      best: errorShare(lang, convergence.best),
      stop: `${codeWords(lang).stopReasons[run.stopReason].clause}${run.converged === false ? `; ${t('notConverged')}` : ''}${convergence.errorKind === 'simulated' ? `; ${t('errorSimulated')}` : ''}${convergence.resumedAt > 0 ? `; ${t('iteratedFrom', { iteration: number(lang, convergence.resumedAt, 0) })}` : ''}`,
    }),
  ];
  if (run.ownRows === 0) lines.push(t('noSalesTrained', { merchant, product }));
  if (run.market !== undefined) {
    const key = run.market === null ? 'marketNone' : run.market === 'imported' ? 'marketImported' : 'marketNamed';
    lines.push(
      t(key, {
        product,
        series: run.market == null || run.market === 'imported' ? '' : codeWords(lang).markets[run.market],
      }),
    );
  }
  if (convergence.damaged) lines.push(t('damaged', { merchant, product, iteration: convergence.resumedAt }));
  return lines;
}
