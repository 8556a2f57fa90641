/** `scenario`: plans of a merchant's prices side by side. */

import { CELLS } from '../../contract/options/cells.ts';
import { GUARDRAIL_OPTIONS, RECOMMEND } from '../../contract/options/price.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { planNameOf } from '../../workspace/scenario.ts';
import type { CommandContext, Options } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { sayJson, sayLines, tell } from '../output.ts';
import { keptNotes } from '../price-list.ts';
import { scenarioText } from '../scenario-text.ts';
import { wrapped } from '../table.ts';

const { horizon, from, assumeMarkup, competitorFollows } = RECOMMEND;
const SCENARIO = { merchant: CELLS.merchant, horizon, from, assumeMarkup, competitorFollows } as const;

export function addScenario({ command, lang, t, withWorkspace }: CommandContext): void {
  addOptions(command('scenario', 'escenario', 'cmdScenario'), { ...SCENARIO, ...GUARDRAIL_OPTIONS }, t)
    .option('--prices <file>', t('optPlanPrices'))
    .option('--propose', t('optProposePlan'))
    .option('--replace-approved', t('optReplaceApproved'))
    .action((o: Options) =>
      withWorkspace(o, async (workspace) => {
        const { merchant, ...asked } = readOptions(SCENARIO, o);
        if (merchant === undefined) throw new DemandaError('USAGE', { detail: t('needMerchant') });
        const pricesFile = typeof o.prices === 'string' ? o.prices : null;
        const proposes = o.propose === true || o.replaceApproved === true;
        if (proposes && pricesFile === null) throw new DemandaError('USAGE', { detail: t('needPlanPrices') });
        const document = await workspace.scenario({
          ...{ merchant, ...asked, guardrails: readOptions(GUARDRAIL_OPTIONS, o) },
          ...(pricesFile !== null && { pricesFile }),
          ...(pricesFile !== null && proposes && { propose: planNameOf(pricesFile) }),
          replaceApproved: o.replaceApproved === true,
        });
        if (o.json) return sayJson(document);
        for (const { message } of document.notes) tell(`${message}\n`);
        sayLines(scenarioText(document, lang, t).split('\n'));
        if (o.quiet || document.kept === null) return;
        for (const note of keptNotes({ ...document, trained: true }, lang, t)) tell(`${wrapped(note)}\n`);
      }),
    );
}
