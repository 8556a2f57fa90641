/** `held`: values far off the usual ones that are left out, and counting them after all. */

import { dayWord } from '../../contract/date-words.ts';
import type { HeldItem } from '../../contract/documents.ts';
import { CELLS } from '../../contract/options/cells.ts';
import { oneOf, onOff, text } from '../../contract/options/option.ts';
import { HELD_COLUMNS, type Lang } from '../../core/vocabulary.ts';
import type { Translate } from '../../i18n/messages.ts';
import { fieldWord } from '../../i18n/reading-words.ts';
import type { CommandContext, Options } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson, tell } from '../output.ts';
import { renderTable } from '../table.ts';

const HELD = {
  merchant: CELLS.merchant,
  product: CELLS.product,
  date: text({ flag: '--date', taken: '<date>', help: 'optHeldDate', most: 10 }),
  column: oneOf({ flag: '--column', taken: '<column>', help: 'optHeldColumn', of: HELD_COLUMNS }),
  accept: onOff({ flag: '--accept', help: 'optAcceptHeld' }),
} as const;

export function addHeld({ command, lang, t, withWorkspace }: CommandContext): void {
  addOptions(command('held', 'retenidos', 'cmdHeld'), HELD, t).action((o: Options) =>
    withWorkspace(o, async (workspace) => {
      const { accept, ...asked } = readOptions(HELD, o);
      const accepted = accept === true ? await workspace.acceptHeld(asked) : null;
      const document = await workspace.held(asked);
      if (o.json) return sayJson(accepted === null ? document : { ...document, accepted });
      if (accepted !== null && accepted > 0) return say(`${t('heldAccepted', { values: accepted })}\n`);
      if (accepted === 0 || document.held.length === 0) return say(`${t('heldNone')}\n`);
      say(`${heldTable(document.held, lang, t)}\n`);
      if (!o.quiet) tell(`${t('heldNext')}\n`);
    }),
  );
}

function heldTable(held: readonly HeldItem[], lang: Lang, t: Translate): string {
  const shown = (value: number): string => value.toLocaleString(lang, { maximumSignificantDigits: 6 });
  return renderTable(
    [
      { title: t('merchant') },
      { title: t('product') },
      { title: t('date') },
      { title: t('column') },
      { title: t('value'), right: true },
      { title: t('usual'), right: true },
    ],
    held.map(({ merchant, product, date, column, value, usual }) => [
      merchant,
      product,
      dayWord(date, lang),
      fieldWord(column, lang),
      shown(value),
      usual === null ? '–' : shown(usual),
    ]),
  );
}
