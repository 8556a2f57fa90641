/** What is said beside orders and markdowns. */

import type { OrderItem } from '../contract/stock.ts';
import type { Lang } from '../core/vocabulary.ts';
import { codeWords } from '../i18n/code-words.ts';
import { withCommand } from '../i18n/messages.ts';
import { wrapped } from './table.ts';

type Doubtful = Pick<OrderItem, 'merchant' | 'product' | 'reasons' | 'notes'>;

/** Reasons and notes of each product below one another; those that all have are said once. */
export function doubtLines(items: readonly Doubtful[], lang: Lang): string[] {
  const { reasons, reasonAdvice, stockNotes } = codeWords(lang);
  const said = items.map((item) => [
    ...item.reasons.map((code) => withCommand(`${reasons[code]} (${reasonAdvice[code]})`, code, lang)),
    ...item.notes.map((code) => stockNotes[code]),
  ]);
  const shared = (said[0] ?? []).filter((text) => said.every((texts) => texts.includes(text)));
  const own = items.flatMap(({ merchant, product }, i) =>
    (said[i] as string[]).filter((text) => !shared.includes(text)).map((text) => `${merchant} / ${product}: ${text}`),
  );
  return [...shared, ...own].map((text) => wrapped(`· ${text}`));
}
