/** `recommend`: the price that earns most, for every cell. */

import type { Recommendation } from '../../contract/documents.ts';
import { GUARDRAIL_OPTIONS, PORTFOLIO, RECOMMEND } from '../../contract/options/price.ts';
import { COLD_START } from '../../contract/options/train.ts';
import { isAnsweredByTest } from '../../core/pricing/reasons.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import type { Translate } from '../../i18n/messages.ts';
import { Spool } from '../../workspace/spool.ts';
import { recommendationTable } from '../../workspace/tables/list-tables.ts';
import type { Workspace } from '../../workspace.ts';
import { type CommandContext, cellOptions, choice, type Options, requireCells } from '../context.ts';
import { addOptions, keptName, readOptions } from '../options.ts';
import { sayJson, sayLines, tell } from '../output.ts';
import { portfolioText } from '../portfolio-text.ts';
import { keptNotes, priceListLines } from '../price-list.ts';
import { wrapped } from '../table.ts';
import { exportTable, tableOptions, wantedFile } from '../table-export.ts';

/** Options that ask for another price than the one that the workspace stands for. */
const WHAT_IF = { ...RECOMMEND, ...COLD_START, ...GUARDRAIL_OPTIONS };

/** Options of prices together, and of each alone: what the other kind would leave unheard is refused. */
const TOGETHER = [...Object.values(PORTFOLIO).map(({ flag }) => flag), '--lines'];
const ALONE = [...Object.values(COLD_START).map(({ flag }) => flag), '--plan', '--explore', '--seed', '--export'];

function requireFitting(o: Options, t: Translate): void {
  const asked = o.portfolio === true;
  const flag = (asked ? ALONE : TOGETHER).find((one) => o[keptName(one)] !== undefined);
  if (flag !== undefined)
    throw new DemandaError('USAGE', { detail: t(asked ? 'portfolioNot' : 'portfolioOnly', { option: flag }) });
}

async function tellPortfolio(workspace: Workspace, o: Options, lang: Lang, t: Translate): Promise<void> {
  const keep = o.propose === true || o.replaceApproved === true;
  const document = await workspace.portfolio({
    ...choice(o),
    ...readOptions(RECOMMEND, o),
    ...readOptions(PORTFOLIO, o),
    ...(typeof o.lines === 'string' && { linesFile: o.lines }),
    guardrails: readOptions(GUARDRAIL_OPTIONS, o),
    keep,
    replaceApproved: o.replaceApproved === true,
  });
  if (o.json) return sayJson(document);
  for (const { message } of document.notes) tell(`${message}\n`);
  sayLines(portfolioText(document, lang, t).split('\n'));
  if (o.quiet) return;
  const some = document.portfolios.some(({ recommended }) => recommended);
  if (keep) for (const note of keptNotes({ ...document, trained: true }, lang, t)) tell(`${wrapped(note)}\n`);
  else if (some) tell(`${wrapped(t('portfolioAsked'))}\n`);
}

export function addRecommend({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = cellOptions(command('recommend', 'recomendar', 'cmdRecommend'), t);
  tableOptions(addOptions(made, { ...GUARDRAIL_OPTIONS, ...RECOMMEND, ...PORTFOLIO, ...COLD_START }, t), t)
    .option('--plan <file>', t('optEventPlan'))
    .option('--portfolio', t('optPortfolio'))
    .option('--lines <file>', t('optLines'))
    .option('--propose', t('optPropose'))
    .option('--replace-approved', t('optReplaceApproved'))
    .action((o: Options) =>
      withWorkspace(o, async (workspace) => {
        requireCells(o, t);
        requireFitting(o, t);
        if (o.portfolio === true) return tellPortfolio(workspace, o, lang, t);
        const wanted = wantedFile(o);
        const replaceApproved = o.replaceApproved === true;
        const plan = typeof o.plan === 'string' ? { planFile: o.plan } : {};
        const asks = o.plan !== undefined || Object.values(WHAT_IF).some(({ flag }) => o[keptName(flag)] !== undefined);
        const prices = new Spool<Recommendation>();
        let trained = false;
        let answered = false;
        const asked = {
          ...choice(o),
          ...readOptions(RECOMMEND, o),
          ...plan,
          // Under other guardrails, days or costs than the workspace's own it is a question, unless it is said to be a
          // proposal.
          keep: o.propose === true || replaceApproved || !asks,
          replaceApproved,
          coldStart: readOptions(COLD_START, o),
          guardrails: readOptions(GUARDRAIL_OPTIONS, o),
        };
        try {
          const { notes, kept, ...head } = await workspace.recommendEach(asked, (price) => {
            prices.push(price);
            trained ||= price.modelId !== null;
            answered ||= isAnsweredByTest(price.reasons);
          });
          if (prices.length === 0) throw new DemandaError('MODELS_NONE', {});
          await exportTable(wanted, (view) => recommendationTable(prices, view), { ...head, lang, t });
          if (o.json) return sayJson({ ...head, recommendations: prices, notes, kept });
          for (const { message } of notes) tell(`${message}\n`);
          sayLines(priceListLines(prices, head.currency, lang, t));
          if (o.quiet) return;
          for (const note of keptNotes({ ...head, notes, kept, trained }, lang, t)) tell(`${wrapped(note)}\n`);
          if (answered) tell(`${wrapped(t('testHint'))}\n`);
        } finally {
          prices.close();
        }
      }),
    );
}
