/** `audit`: who did what. */

import type { AuditEntry } from '../../contract/api.ts';
import { momentWord } from '../../contract/date-words.ts';
import { CELLS } from '../../contract/options/cells.ts';
import { whole } from '../../contract/options/option.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { actionWords, actorWords, detailWords } from '../../i18n/audit-words.ts';
import type { Translate } from '../../i18n/messages.ts';
import type { CommandContext, Options } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson } from '../output.ts';
import { renderTable } from '../table.ts';

const AUDIT = {
  merchant: CELLS.merchant,
  limit: whole({ flag: '--limit', help: 'optLimit', least: 1, most: 1_000, usual: 50 }),
} as const;

export function addAudit({ command, lang, t, withWorkspace }: CommandContext): void {
  addOptions(command('audit', 'auditoria', 'cmdAudit'), AUDIT, t).action((o: Options) =>
    withWorkspace(o, async (workspace) => {
      const { merchant, limit = AUDIT.limit.usual } = readOptions(AUDIT, o);
      const document = await workspace.access.audit(
        { merchant: merchant === undefined ? null : await workspace.merchantNamed(merchant) },
        { limit },
      );
      if (o.json) return sayJson(document);
      say(`${document.items.length === 0 ? t('auditNone') : auditTable(document.items, lang, t)}\n`);
    }),
  );
}

/** The audit log, newest first. */
function auditTable(items: readonly AuditEntry[], lang: Lang, t: Translate): string {
  return renderTable(
    [{ title: t('when') }, { title: t('who') }, { title: t('what') }, { title: t('merchant') }],
    items.map(({ at, actor, actorName, action, detail, merchant }) => [
      momentWord(at, lang),
      actorWords(actor, actorName, lang),
      [actionWords(action, lang), detailWords(detail, lang)].filter((words) => words !== '').join(': '),
      merchant ?? '–',
    ]),
  );
}
