/** `promotions`: what promotions did and earn, and a calendar of them. */

import { RECOMMEND } from '../../contract/options/price.ts';
import { PROMOTION_DAYS, PROMOTIONS } from '../../contract/options/promotions.ts';
import { typedWhole } from '../../contract/typed-number.ts';
import { promotionCalendarTable, promotionTable } from '../../workspace/tables/promotion-tables.ts';
import { type CommandContext, cellOptions, choice, type Options, requireCells } from '../context.ts';
import { addOptions, joined, readOptions } from '../options.ts';
import { sayJson, sayLines } from '../output.ts';
import { promotionsText } from '../promotions-text.ts';
import { exportTable, tableOptions, wantedFile } from '../table-export.ts';

const ASKED = { ...PROMOTIONS, assumeMarkup: RECOMMEND.assumeMarkup } as const;

export function addPromotions({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = cellOptions(command('promotions', 'promociones', 'cmdPromotions'), t);
  tableOptions(addOptions(made, ASKED, t), t)
    .option(`${PROMOTION_DAYS.flag} <days>`, t(PROMOTION_DAYS.help), joined)
    .action((o: Options) =>
      withWorkspace(o, async (workspace) => {
        requireCells(o, t);
        const wanted = wantedFile(o);
        const lengths = typeof o.length === 'string' ? { lengths: o.length.split(',').map(typedWhole) } : {};
        const document = await workspace.promotions({ ...choice(o), ...readOptions(ASKED, o), ...lengths });
        await exportTable(
          wanted,
          (view) => (o.calendar === true ? promotionCalendarTable : promotionTable)(document.merchants, view),
          { ...document, lang, t },
        );
        if (o.json) return sayJson(document);
        sayLines(promotionsText(document, lang, t).split('\n'));
      }),
    );
}
