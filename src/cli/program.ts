/** The commands, and what commander says in the user's language. */

import { Command } from 'commander';
import type { Lang } from '../core/vocabulary.ts';
import { type Translate, translator } from '../i18n/messages.ts';
import { unknownWord } from './action-named.ts';
import { englishOption, optionsIn, TRANSLATED_OPTIONS } from './arguments.ts';
import { addAlerts } from './commands/alerts.ts';
import { addAudit } from './commands/audit.ts';
import { addBacktest } from './commands/backtest.ts';
import { addBackup, addRestore } from './commands/backup.ts';
import { addCollect } from './commands/collect.ts';
import { addCompetitors } from './commands/competitors.ts';
import { addDemo } from './commands/demo.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExperiment } from './commands/experiment.ts';
import { addForecast } from './commands/forecast.ts';
import { addHeld } from './commands/held.ts';
import { addCompare, addHistory } from './commands/history.ts';
import { addHoldout } from './commands/holdout.ts';
import { addImport } from './commands/import.ts';
import { addImports } from './commands/imports.ts';
import { addMarkdown } from './commands/markdown.ts';
import { addMigrateStore } from './commands/migrate-store.ts';
import { addModels } from './commands/models.ts';
import { addNames } from './commands/names.ts';
import { addOrder } from './commands/order.ts';
import { addOutcomes } from './commands/outcomes.ts';
import { addPrepare } from './commands/prepare.ts';
import { addPrices } from './commands/prices.ts';
import { addPromotions } from './commands/promotions.ts';
import { addRecommend } from './commands/recommend.ts';
import { addScenario } from './commands/scenario.ts';
import { addSchedule } from './commands/schedule.ts';
import { addServe } from './commands/serve.ts';
import { addSessions } from './commands/sessions.ts';
import { addSettings } from './commands/settings.ts';
import { addShow } from './commands/show.ts';
import { addTotals } from './commands/totals.ts';
import { addTrain } from './commands/train.ts';
import { addTrainings } from './commands/trainings.ts';
import { addWatch } from './commands/watch.ts';
import { addWorker } from './commands/worker.ts';
import { commandContext } from './context.ts';
import { argumentWord, helpOf } from './help.ts';
import { tell } from './output.ts';

/** In the order in which help lists them. */
const COMMANDS = [
  ...[
    addDemo,
    addImport,
    addImports,
    addHeld,
    addNames,
    addTrain,
    addTrainings,
    addPrepare,
    addCollect,
    addModels,
    addShow,
    addHistory,
    addCompare,
    addRecommend,
    addScenario,
    addForecast,
    addTotals,
    addOrder,
    addMarkdown,
    addPromotions,
    addOutcomes,
    addPrices,
    addCompetitors,
    addWatch,
    addExperiment,
    addHoldout,
  ],
  ...[
    addBacktest,
    addSettings,
    addAlerts,
    addServe,
    addWorker,
    addSchedule,
    addAudit,
    addSessions,
    addDoctor,
    addBackup,
    addRestore,
    addMigrateStore,
  ],
];

export function buildProgram(lang: Lang): Command {
  const t = translator(lang);
  const program = new Command('demanda').description(t('about')).exitOverride().allowExcessArguments(false);
  program
    .configureHelp(helpOf(lang))
    .helpOption('-h, --help', t('optHelp'))
    .helpCommand('help [command]', t('cmdHelp'));
  program.configureOutput({ writeErr: (text) => tell(usageMessage(text, program, lang, t)) });
  const context = commandContext(program, lang, t);
  for (const add of COMMANDS) add(context);
  return program;
}

/** Commander's messages with the nearest name, in the user's language. */
function usageMessage(text: string, program: Command, lang: Lang, t: Translate): string {
  const missing = /option '(--[a-z-]+).*' argument missing/.exec(text);
  if (missing) return `${t('argumentMissing', { option: optionsIn(missing[1] as string, lang) })}\n`;
  const argument = /missing required argument '([^']+)'/.exec(text);
  if (argument) return `${t('argumentMissing', { option: argumentWord(argument[1] as string, t).toUpperCase() })}\n`;
  const option = /unknown option '([^']+)'/.exec(text)?.[1];
  if (option !== undefined) {
    // Those of the command that was given: another's would be refused again.
    const used = program.commands.filter((c) => [c.name(), ...c.aliases()].includes(program.args[0] ?? ''));
    const own = (used.length > 0 ? used : program.commands).flatMap((c) => c.options.map((o) => o.long ?? ''));
    // The user's own language first: of two that are as near, the first is named.
    const names = [
      ...own.map((name) => optionsIn(name, lang)),
      ...own,
      ...TRANSLATED_OPTIONS.filter((name) => own.includes(englishOption(name))),
    ];
    return `${unknownWord(t('option'), option, [...new Set(names)], t)}\n`;
  }
  const command = /unknown command '([^']+)'/.exec(text)?.[1];
  if (command !== undefined) {
    const names = program.commands.flatMap((c) =>
      lang === 'es' ? [...c.aliases(), c.name()] : [c.name(), ...c.aliases()],
    );
    return `${unknownWord(t('command'), command, names, t)}\n`;
  }
  const excess = /too many arguments/.test(text);
  if (excess) return `${t('argumentsExcess')}\n`;
  return text;
}
