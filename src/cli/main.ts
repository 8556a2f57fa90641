/** The command line: parses, calls the workspace, prints. No logic of its own. */

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Command, CommanderError, Option } from 'commander';
import type { Lang } from '../contract/words.ts';
import type { GuardrailSettings } from '../core/pricing/guardrails.ts';
import { nearestName } from '../data/columns.ts';
import { DemandaError } from '../errors.ts';
import type { FleetProgress } from '../fleet/fleet-run.ts';
import { chooseLang, type MessageKey, type Translate, translator } from '../i18n/messages.ts';
import { messageOf, type TrainOptions, Workspace } from '../workspace.ts';
import { normalizedArguments, optionValue, partShared, SPANISH_OPTIONS, spanishOptions } from './arguments.ts';
import { runDemo } from './demo.ts';
import { helpOf, OPTION_DEFAULTS } from './help.ts';
import { addCompareAction, addHistoryActions } from './history-commands.ts';
import { duration, iterationProgress } from './iteration-progress.ts';
import { errorShare, number, priceList, priceListCsv } from './price-list.ts';
import { iteratedText } from './run-text.ts';
import { renderTable, wrapped } from './table.ts';

/** Of `serve`; "DEMA" on a telephone. */
const DEFAULT_PORT = 3362;

/** Actions of `models`, in both languages. `show` lists the versions of one cell. */
const MODEL_ACTIONS: Readonly<Record<string, 'list' | 'show' | 'alias' | 'rollback' | 'delete' | 'export' | 'import'>> = {
  list: 'list',
  listar: 'list',
  show: 'show',
  ver: 'show',
  alias: 'alias',
  rollback: 'rollback',
  revertir: 'rollback',
  delete: 'delete',
  borrar: 'delete',
  export: 'export',
  exportar: 'export',
  import: 'import',
  importar: 'import',
};

interface Shared {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Runs one command and sets the exit code: 0 done, 1 failed, 2 usage, 3 some cells failed, 130 interrupted. */
export async function main(argv: readonly string[], { menu = false } = {}): Promise<void> {
  const args = normalizedArguments(argv);
  const lang = chooseLang(optionValue(args, '--lang') ?? (await settledLang(args)), process.env);
  endQuietlyWithoutReader();
  const program = buildProgram(lang);
  try {
    const onTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
    const { shared, rest } = partShared(args);
    if (menu || (rest.length === 0 && onTerminal)) {
      const { showMenu } = await import('./menu.ts');
      const given = ['--lang', lang, ...shared.filter((arg, i) => arg.startsWith('--workspace') || shared[i - 1] === '--workspace')];
      await showMenu(translator(lang), { run: (chosen) => main([...chosen, ...given]), trained: () => trainedCells(args) });
    } else if (rest.length === 0) program.outputHelp();
    else await program.parseAsync(rest[0]?.startsWith('-') ? rest : [...rest, ...shared], { from: 'user' });
  } catch (error) {
    report(error, lang);
  }
}

/** Says what went wrong and sets the exit code. */
export function report(error: unknown, lang: Lang): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  const { message, exit } = messageOf(error, lang);
  process.stderr.write(`${lang === 'es' ? spanishOptions(message) : message}\n`);
  process.exitCode = exit;
}

/** The help of one command under another program's name, whose options are written with `_`. */
export function commandHelp(name: string, program: string, lang: Lang): string {
  const command = buildProgram(lang).commands.find((c) => c.name() === name) as Command;
  return command.configureHelp({ ...command.configureHelp(), ...helpOf(lang, { program }) }).helpInformation();
}

/** The language set with `demanda settings --lang` in the workspace that the command will use. */
async function settledLang(args: readonly string[]): Promise<string | undefined> {
  return peek(args, async (workspace) => (await workspace.settings()).lang);
}

/** Cells with a model, the one trained last first: what the menu offers. */
async function trainedCells(args: readonly string[]): Promise<readonly { readonly merchant: string; readonly product: string }[]> {
  const models = await peek(args, async (workspace) => (await workspace.models()).models);
  return [...(models ?? [])].sort((a, b) => b.trainedAt.localeCompare(a.trainedAt));
}

/** Looks into the workspace that the command will use; undefined where there is none yet. */
async function peek<T>(args: readonly string[], look: (workspace: Workspace) => Promise<T>): Promise<T | undefined> {
  const folder = optionValue(args, '--workspace') ?? process.env.DEMANDA_WORKSPACE ?? './.demanda';
  if (!existsSync(folder)) return undefined;
  try {
    const workspace = await Workspace.open(folder);
    try {
      return await look(workspace);
    } finally {
      await workspace.close();
    }
  } catch {
    // The command itself opens the workspace next, and says what is wrong with it.
    return undefined;
  }
}

let watched = false;

/** A reader that closes the pipe early (head) is no failure. The menu runs many commands: one listener serves them all. */
function endQuietlyWithoutReader(): void {
  if (watched) return;
  watched = true;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
  });
  // Of a terminal that was closed nothing can be said any more; the training still has its checkpoint to write.
  process.stderr.on('error', () => {});
}

export function buildProgram(lang: Lang): Command {
  const translate = translator(lang);
  const t: Translate = (key, parameters) => translate(key, { ...OPTION_DEFAULTS, ...parameters });
  const program = new Command('demanda').description(t('about')).exitOverride().allowExcessArguments(false);
  program.configureHelp(helpOf(lang)).helpOption('-h, --help', t('optHelp')).helpCommand('help [command]', t('cmdHelp'));
  program.configureOutput({ writeErr: (text) => process.stderr.write(usageMessage(text, program, t)) });
  const command = (name: string, alias: string | null, about: MessageKey): Command => {
    const made = program.command(name).description(t(about)).exitOverride();
    if (alias) made.alias(alias);
    return made
      .addOption(new Option('--lang <es|en>', t('optLang')))
      .option('--workspace <dir>', t('optWorkspace'))
      .option('--json', t('optJson'))
      .option('--quiet', t('optQuiet'));
  };
  const cells = (c: Command): Command =>
    c
      .option('--merchant <name>', t('optMerchant'))
      .option('--product <name>', t('optProduct'))
      .option('--product-type <name>', t('optType'))
      .option('--all', t('optAll'));

  command('demo', null, 'cmdDemo').action((options: Shared) => runDemo(options.workspace ?? null, lang, t, options.json ?? false, options.quiet ?? false));

  command('import <files...>', 'importar', 'cmdImport')
    .option('--kind <kind>', t('optKind'))
    .option('--map <pairs>', t('optMap'), joined)
    .option('--only <pairs>', t('optOnly'), joined)
    .option('--sheet <name>', t('optSheet'))
    .option('--merchant <name>', t('optMerchant'))
    .option('--product <name>', t('optProduct'))
    .option('--product-type <name>', t('optType'))
    .option('--unit <unit>', t('optUnit'))
    .option('--country <code>', t('optCountry'))
    .option('--currency <code>', t('optCurrency'))
    .option('--covariates <columns>', t('optCovariates'))
    .option('--known-covariates <columns>', t('optKnown'))
    .option('--decimal <mark>', t('optDecimal'))
    .option('--encoding <name>', t('optEncoding'))
    .option('--date-format <format>', t('optDateFormat'))
    .option('--skip-bad', t('optSkipBad'))
    .option('--dry-run', t('optDryRun'))
    .action((files: string[], o: Shared & Record<string, string | boolean | undefined>) =>
      withWorkspace(o, lang, async (workspace) => {
        if (typeof o.country === 'string') await workspace.setSetting('country', o.country);
        if (typeof o.currency === 'string') await workspace.setSetting('currency', o.currency);
        const text = (name: string): Record<string, string> => (typeof o[name] === 'string' ? { [name]: o[name] } : {});
        const document = await workspace.importFiles(files, {
          ...text('merchant'),
          ...text('product'),
          ...text('productType'),
          ...text('unit'),
          ...text('encoding'),
          ...text('dateFormat'),
          ...oneOf(o.kind, '--kind', ['sales', 'market', 'costs'] as const, 'kind'),
          ...oneOf(o.decimal, '--decimal', [',', '.'] as const, 'decimal'),
          ...text('sheet'),
          ...(typeof o.map === 'string' && { map: pairs(o.map, '--map') }),
          ...(typeof o.only === 'string' && { only: pairs(o.only, '--only') }),
          ...(typeof o.covariates === 'string' && { covariates: list(o.covariates) }),
          ...(typeof o.knownCovariates === 'string' && { knownCovariates: list(o.knownCovariates) }),
          skipBad: o.skipBad === true,
          dryRun: o.dryRun === true,
          ...(showsProgress(o) && { onProgress: (rows: number) => status(`${rows}`) }),
        });
        clearStatus();
        if (o.json) return print(document);
        for (const file of document.files) {
          const key: MessageKey = o.dryRun ? 'wouldImport' : file.kind === 'sales' ? 'imported' : 'importedPrices';
          process.stdout.write(`${t(key, { ...file, from: file.from ?? '–', to: file.to ?? '–' } as unknown as Record<string, string | number>)}\n`);
          for (const issue of file.issues.slice(0, 5)) process.stderr.write(`  ${issue.message}\n`);
        }
        if (!o.quiet && !o.dryRun && document.files.some((file) => file.kind === 'sales')) process.stderr.write(`${t('nextTrain')}\n`);
      }),
    );

  cells(command('train', 'entrenar', 'cmdTrain'))
    .option('--workers <n>', t('optWorkers'))
    .option('--seed <n>', t('optSeed'))
    .option('--pooling <scope>', t('optPooling'))
    .option('--instrument <column>', t('optInstrument'))
    .option('--iterations <n>', t('optIterations'))
    .option('--simulated-rows <n>', t('optSimulatedRows'))
    .option('--solver <exact|stochastic>', t('optSolver'))
    .option('--market', t('optMarketData'))
    .option('--simulation-noise', t('optNoise'))
    .option('--checkpoint-every <n>', t('optCheckpointEvery'))
    .option('--evaluate-every <n>', t('optEvaluateEvery'))
    .option('--search-every <n>', t('optSearchEvery'))
    .option('--patience <n>', t('optPatience'))
    .option('--resume', t('optResume'))
    .option('--fresh', t('optFresh'))
    .option('--price <price>', t('optColdPrice'))
    .option('--cost <cost>', t('optColdCost'))
    .option('--daily-quantity <quantity>', t('optDailyQuantity'))
    .option('--verbose', t('optVerbose'))
    .action((o: Shared & Record<string, string | boolean | undefined>) =>
      withWorkspace(o, lang, async (workspace) => {
        requireCells(o, t);
        const stop = interruption();
        const live = showsProgress(o) ? iterationProgress(process.stderr, lang, t, o.verbose === true) : null;
        const started = performance.now();
        const options: TrainOptions = {
          ...choice(o),
          ...whole(o.workers, '--workers', 1, 'workers'),
          ...whole(o.seed, '--seed', 0, 'seed'),
          ...oneOf(o.pooling, '--pooling', ['workspace', 'merchant', 'none'] as const, 'pooling'),
          ...(typeof o.instrument === 'string' && { instrument: o.instrument }),
          signal: stop.signal,
          ...(showsProgress(o) && { onProgress: progress(lang, t) }),
          ...iterationOptions(o),
          ...(live && { onIteration: live.report }),
        };
        const document = await workspace.train(options).finally(() => {
          stop.done();
          live?.clear();
          clearStatus();
        });
        if (o.json) print(document);
        else {
          for (const run of document.runs) {
            if (run.failure) process.stderr.write(`${lang === 'es' ? spanishOptions(run.failure.message) : run.failure.message}\n`);
            process.stdout.write(iteratedText(run, lang, t));
          }
          const done = document.runs.filter((run) => run.status === 'done').length;
          process.stdout.write(`${t('trained', { done, failed: document.failed, seconds: number(lang, (performance.now() - started) / 1000, 1) })}\n`);
          const iterated = document.runs.some((run) => run.convergence !== undefined);
          const [run, second] = document.runs;
          // One cell's next step names it: of a product without sales there is no list.
          const next = run && !second ? t('nextRecommendOne', { merchant: run.merchant, product: run.product }) : t('nextRecommend');
          if (!o.quiet && (done > 0 || stop.signal.aborted))
            process.stderr.write(`${wrapped(!stop.signal.aborted ? next : t(iterated ? 'resumeHint' : 'interrupted'))}\n`);
        }
        if (stop.signal.aborted) process.exitCode = 130;
        else if (document.failed > 0) process.exitCode = document.failed === document.runs.length ? 1 : 3;
      }),
    );

  cells(command('models [action] [target]', 'modelos', 'cmdModels'))
    .option('--version-number <n>', t('version'))
    .option('--alias <live|candidate>', t('optAlias'))
    .action((action: string | undefined, target: string | undefined, o: Shared & Record<string, string | boolean | undefined>) =>
      withWorkspace(o, lang, async (workspace) => {
        const wanted = action ?? 'list';
        const act = Object.hasOwn(MODEL_ACTIONS, wanted) ? MODEL_ACTIONS[wanted] : undefined;
        if (act === undefined) {
          const names = Object.keys(MODEL_ACTIONS);
          throw new DemandaError('USAGE', {
            detail: t('didYouMean', { what: t('command'), name: wanted, nearest: nearestName(wanted, names) ?? 'list' }),
          });
        }
        if (act === 'import') {
          if (target === undefined) throw new DemandaError('OPTION_MISSING', { option: 'FILE' });
          const imported = await workspace.importModel(target);
          o.merchant = imported.merchant;
          o.product = imported.product;
        } else if (target !== undefined) {
          const colon = target.indexOf(':');
          if (colon < 1) throw new DemandaError('USAGE', { detail: t('modelName', { name: target }) });
          o.merchant = target.slice(0, colon);
          o.product = target.slice(colon + 1);
        }
        if (act !== 'list') {
          if (typeof o.merchant !== 'string' || typeof o.product !== 'string') throw new DemandaError('USAGE', { detail: t('needCell') });
          const { version } = whole(o.versionNumber, '--version-number', 1, 'version');
          if (act === 'export') return print(await workspace.exportModel(o.merchant, o.product, version));
          if (act === 'rollback') await workspace.rollback(o.merchant, o.product, version);
          else if (act === 'alias' || act === 'delete') {
            if (version === undefined) throw new DemandaError('OPTION_MISSING', { option: '--version-number' });
            if (act === 'delete') await workspace.deleteModel(o.merchant, o.product, version);
            else {
              const { alias } = oneOf(o.alias ?? 'live', '--alias', ['live', 'candidate'] as const, 'alias');
              await workspace.setAlias(o.merchant, o.product, alias as 'live' | 'candidate', version);
            }
          }
        }
        const document = await workspace.models(choice(o));
        if (o.json) return print(document);
        if (document.models.length === 0) return void process.stdout.write(`${t('noModels')}\n`);
        process.stdout.write(
          `${renderTable(
            [
              { title: t('merchant') },
              { title: t('product') },
              { title: t('version'), right: true },
              { title: t('iterations'), right: true, spare: 2 },
              { title: t('rows'), right: true, spare: 1 },
              { title: `${t('error')} (WAPE)`, right: true },
              { title: t('elasticity'), right: true },
              { title: t('trainedAt'), spare: 3 },
            ],
            document.models.map((m) => [
              m.merchant,
              m.product,
              `${m.version}${m.aliases.length > 0 ? ` ${m.aliases.join(' ')}` : ''}`,
              m.iterations === 0 ? '–' : number(lang, m.iterations, 0),
              number(lang, m.ownRows, 0),
              errorShare(lang, m.error.wape),
              m.elasticity ? `${number(lang, m.elasticity.value, 2)} [${number(lang, m.elasticity.low, 2)}, ${number(lang, m.elasticity.high, 2)}]` : '–',
              new Intl.DateTimeFormat(lang, { dateStyle: 'short', timeStyle: 'short' }).format(new Date(m.trainedAt)),
            ]),
          )}\n`,
        );
      }),
    );

  cells(command('show', 'ver', 'cmdShow'))
    .option('--instrument <column>', t('optInstrument'))
    .option('--svg <file>', t('optFile'))
    .option('--png <file>', t('optFile'))
    .option('--html <file>', t('optFile'))
    .option('--csv <file>', t('optFile'))
    .action((o: Shared & Record<string, string | boolean | undefined>) =>
      withWorkspace(o, lang, async (workspace) => {
        if (typeof o.merchant !== 'string' || typeof o.product !== 'string') throw new DemandaError('USAGE', { detail: t('needCell') });
        const view = await workspace.show(o.merchant, o.product, typeof o.instrument === 'string' ? { instrument: o.instrument } : {});
        if (o.json) return print(view.show);
        const charts = await import('../charts/cell-charts.ts');
        const files = { svg: o.svg, png: o.png, html: o.html, csv: o.csv };
        let wrote = false;
        for (const [format, file] of Object.entries(files)) {
          if (typeof file !== 'string') continue;
          await writeFile(file, await charts.renderCell(view, lang, format as 'svg' | 'png' | 'html' | 'csv'));
          process.stderr.write(`${t('written', { file })}\n`);
          wrote = true;
        }
        if (!wrote) {
          const { terminalCell } = await import('../charts/terminal.ts');
          process.stdout.write(`${terminalCell(view, lang)}\n`);
        }
      }),
    );

  const house = {
    lang,
    t,
    withWorkspace: (o: Shared, work: (workspace: Workspace) => Promise<void>) => withWorkspace(o, lang, work),
    choice,
    print,
  };
  addHistoryActions(cells(command('history [action]', 'historial', 'cmdHistory')), house);
  addCompareAction(command('compare', 'comparar', 'cmdCompare'), house);

  guardrailOptions(cells(command('recommend', 'recomendar', 'cmdRecommend')), t)
    .option('--horizon <days>', t('optHorizon'))
    .option('--from <date>', t('optFrom'))
    .option('--price <price>', t('optColdPrice'))
    .option('--cost <cost>', t('optColdCost'))
    .option('--daily-quantity <quantity>', t('optDailyQuantity'))
    .option('--export <file>', t('optExport'))
    .action((o: Shared & Record<string, string | boolean | undefined>) =>
      withWorkspace(o, lang, async (workspace) => {
        requireCells(o, t);
        const horizon = whole(o.horizon, '--horizon', 1, 'horizonDays');
        const document = await workspace.recommend({
          ...choice(o),
          coldStart: {
            ...positive(o.price, '--price', 'price'),
            ...positive(o.cost, '--cost', 'cost'),
            ...positive(o.dailyQuantity, '--daily-quantity', 'dailyQuantity'),
          },
          ...horizon,
          ...(typeof o.from === 'string' && { from: o.from }),
          guardrails: guardrailsOf(o),
        });
        if (typeof o.export === 'string') await writeFile(o.export, priceListCsv(document.recommendations));
        if (o.json) return print(document);
        process.stdout.write(`${priceList(document.recommendations, document.currency, lang, t)}\n`);
      }),
    );

  cells(command('forecast', 'pronosticar', 'cmdForecast'))
    .option('--horizon <days>', t('optHorizon'))
    .option('--from <date>', t('optFrom'))
    .option('--price <price>', t('optPrice'))
    .option('--plan <file>', t('optPlan'))
    .action((o: Shared & Record<string, string | boolean | undefined>) =>
      withWorkspace(o, lang, async (workspace) => {
        requireCells(o, t);
        const document = await workspace.forecast({
          ...choice(o),
          ...whole(o.horizon, '--horizon', 1, 'days'),
          ...(typeof o.from === 'string' && { from: o.from }),
          ...positive(o.price, '--price', 'price'),
          ...(typeof o.plan === 'string' && { planFile: o.plan }),
        });
        if (o.json) return print(document);
        process.stdout.write(
          `${renderTable(
            [
              { title: t('merchant') },
              { title: t('product') },
              { title: t('date') },
              { title: t('price'), right: true },
              { title: t('demand'), right: true },
              { title: '90 %', right: true },
            ],
            document.forecasts.map((f) => [
              f.merchant,
              f.product,
              f.date,
              number(lang, f.price, 2),
              `${number(lang, f.demand, 1)} ${f.unit}`,
              `[${number(lang, f.low, 1)}, ${number(lang, f.high, 1)}]`,
            ]),
          )}\n`,
        );
      }),
    );

  cells(command('backtest', 'evaluar', 'cmdBacktest'))
    .option('--horizon <days>', t('optHorizon'))
    .option('--origins <n>', t('optOrigins'))
    .option('--step <days>', t('optStep'))
    .option('--min-rows <n>', t('optMinRows'))
    .option('--until <date>', t('optUntil'))
    .option('--predictions <file>', t('optPredictions'))
    .option('--workers <n>', t('optWorkers'))
    .option('--pooling <scope>', t('optPooling'))
    .option('--market', t('optMarketData'))
    .action((o: Shared & Record<string, string | boolean | undefined>) =>
      withWorkspace(o, lang, async (workspace) => {
        requireCells(o, t);
        const document = await workspace.backtest({
          ...choice(o),
          ...whole(o.horizon, '--horizon', 1, 'horizonDays'),
          ...whole(o.origins, '--origins', 1, 'origins'),
          ...whole(o.step, '--step', 1, 'stepDays'),
          ...whole(o.minRows, '--min-rows', 1, 'minRows'),
          ...whole(o.workers, '--workers', 1, 'workers'),
          ...oneOf(o.pooling, '--pooling', ['workspace', 'merchant', 'none'] as const, 'pooling'),
          ...(typeof o.until === 'string' && { until: o.until }),
          ...(o.market === true && { market: true }),
          ...(typeof o.predictions === 'string' && { predictionsFile: o.predictions }),
          ...(showsProgress(o) && { onProgress: progress(lang, t) }),
        });
        clearStatus();
        if (o.json) return print(document);
        const figure = (value: number | null, digits: number): string => (value === null ? '–' : number(lang, value, digits));
        process.stdout.write(
          `${renderTable(
            [
              { title: t('method') },
              { title: 'WAPE', right: true },
              { title: 'RMSSE', right: true },
              { title: 'bias', right: true },
              { title: '90 %', right: true },
            ],
            document.methods.map((m) => [m.name, figure(m.wape, 4), figure(m.rmsse, 4), figure(m.bias, 3), figure(m.coverage90, 3)]),
          )}\n`,
        );
      }),
    );

  guardrailOptions(
    command('settings', 'ajustes', 'cmdSettings')
      .option('--country <code>', t('optCountry'))
      .option('--currency <code>', t('optCurrency'))
      .option('--unit <unit>', t('optUnit'))
      .option('--merchant <name>', t('optMerchant'))
      .option('--product-type <name>', t('optType')),
    t,
  ).action((o: Shared & Record<string, string | boolean | undefined>) =>
    withWorkspace(o, lang, async (workspace) => {
      for (const key of ['country', 'currency', 'unit', 'lang'] as const) if (typeof o[key] === 'string') await workspace.setSetting(key, o[key]);
      const guardrails = guardrailsOf(o);
      if (Object.keys(guardrails).length > 0) await workspace.setGuardrails(choice(o), guardrails);
      const settings = await workspace.settings();
      if (o.json) return print({ schema: 1, currency: settings.currency, settings });
      for (const [key, value] of Object.entries(settings)) process.stdout.write(`${key}=${value}\n`);
    }),
  );

  command('serve', 'servir', 'cmdServe')
    .option('--port <n>', t('optPort'))
    .option('--host <address>', t('optHost'))
    .option('--demo', t('optServeDemo'))
    .action(async (o: Shared & Record<string, string | boolean | undefined>) => {
      const { port = DEFAULT_PORT } = whole(o.port, '--port', 0, 'port', 65_535);
      const { serve } = await import('./serve.ts');
      await serve({ folder: o.workspace ?? null, port, host: typeof o.host === 'string' ? o.host : '127.0.0.1', demo: o.demo === true }, lang, t, o);
    });

  command('doctor', 'diagnostico', 'cmdDoctor').action((o: Shared) =>
    withWorkspace(o, lang, async (workspace) => {
      const document = await workspace.doctor();
      if (o.json) return print(document);
      for (const check of document.checks) process.stdout.write(`${check.ok ? '✓' : '✗'} ${check.name}: ${check.found}\n`);
    }),
  );
  return program;
}

/** Options of a training by iterations. */
function iterationOptions(o: Readonly<Record<string, unknown>>): Partial<TrainOptions> {
  if (o.solver === 'exact' && o.iterations !== undefined) throw new DemandaError('OPTIONS_CONFLICT', { first: '--solver exact', second: '--iterations' });
  if (o.resume === true && o.fresh === true) throw new DemandaError('OPTIONS_CONFLICT', { first: '--resume', second: '--fresh' });
  return {
    ...oneOf(o.solver, '--solver', ['exact', 'stochastic'] as const, 'solver'),
    ...whole(o.iterations, '--iterations', 1, 'iterations'),
    ...whole(o.simulatedRows, '--simulated-rows', 0, 'simulatedRows', 100_000),
    ...whole(o.checkpointEvery, '--checkpoint-every', 1, 'checkpointEvery'),
    ...whole(o.evaluateEvery, '--evaluate-every', 1, 'evaluateEvery'),
    ...whole(o.searchEvery, '--search-every', 0, 'searchEvery'),
    ...whole(o.patience, '--patience', 1, 'patience'),
    ...(o.market === true && { market: true }),
    ...(o.simulationNoise === true && { simulationNoise: true }),
    ...(o.resume === true && { resume: true, solver: 'stochastic' as const }),
    ...(o.fresh === true && { fresh: true }),
    coldStart: {
      ...positive(o.price, '--price', 'price'),
      ...positive(o.cost, '--cost', 'cost'),
      ...positive(o.dailyQuantity, '--daily-quantity', 'dailyQuantity'),
    },
  };
}

async function withWorkspace(options: Shared, lang: Lang, work: (workspace: Workspace) => Promise<void>): Promise<void> {
  const workspace = await Workspace.open(options.workspace ?? process.env.DEMANDA_WORKSPACE ?? './.demanda', { lang });
  try {
    await work(workspace);
  } finally {
    await workspace.close();
  }
}

function choice(o: Readonly<Record<string, unknown>>): { merchant?: string; product?: string; productType?: string } {
  return {
    ...(typeof o.merchant === 'string' && { merchant: o.merchant }),
    ...(typeof o.product === 'string' && { product: o.product }),
    ...(typeof o.productType === 'string' && { productType: o.productType }),
  };
}

function requireCells(o: Readonly<Record<string, unknown>>, t: Translate): void {
  if (!o.all && o.merchant === undefined && o.product === undefined && o.productType === undefined) throw new DemandaError('USAGE', { detail: t('needCells') });
}

function guardrailOptions(c: Command, t: Translate): Command {
  return c
    .option('--max-change <share|off>', t('optMaxChange'))
    .option('--min-margin <share|off>', t('optMinMargin'))
    .option('--tried-range <share|off>', t('optTriedRange'))
    .option('--market-band <share|off>', t('optMarketBand'))
    .option('--min-price <price|off>', t('optMinPrice'))
    .option('--max-price <price|off>', t('optMaxPrice'))
    .option('--price-ending <ending|off>', t('optEnding'));
}

/** Guardrails that the options name; `off` is null. */
function guardrailsOf(o: Readonly<Record<string, unknown>>): Partial<GuardrailSettings> {
  const orOff = <K extends keyof GuardrailSettings>(value: unknown, key: K, read: () => Partial<GuardrailSettings>): Partial<GuardrailSettings> =>
    value === 'off' ? { [key]: null } : read();
  return {
    ...orOff(o.maxChange, 'maxChange', () => share(o.maxChange, '--max-change', 'maxChange')),
    ...orOff(o.minMargin, 'minMargin', () => share(o.minMargin, '--min-margin', 'minMargin')),
    ...orOff(o.triedRange, 'triedRangeMargin', () => share(o.triedRange, '--tried-range', 'triedRangeMargin')),
    ...orOff(o.marketBand, 'marketBand', () => share(o.marketBand, '--market-band', 'marketBand')),
    ...orOff(o.minPrice, 'minPrice', () => positive(o.minPrice, '--min-price', 'minPrice')),
    ...orOff(o.maxPrice, 'maxPrice', () => positive(o.maxPrice, '--max-price', 'maxPrice')),
    ...orOff(o.priceEnding, 'priceEnding', () => oneOf(o.priceEnding, '--price-ending', ['.99', '.49', '0.05'] as const, 'priceEnding')),
  };
}

function whole<K extends string>(value: unknown, option: string, least: number, key: K, most = 1e9): Partial<Record<K, number>> {
  if (value === undefined) return {};
  const n = Number(value);
  if (!Number.isSafeInteger(n) || n < least) throw new DemandaError('OPTION_WHOLE', { option, least, value: String(value) });
  if (n > most) throw new DemandaError('OPTION_TOO_LARGE', { option, most, value: String(value) });
  return { [key]: n } as Partial<Record<K, number>>;
}

function share<K extends string>(value: unknown, option: string, key: K): Partial<Record<K, number>> {
  if (value === undefined) return {};
  const n = Number(value);
  if (!(n >= 0 && n < 1)) throw new DemandaError('OPTION_SHARE', { option, value: String(value) });
  return { [key]: n } as Partial<Record<K, number>>;
}

function positive<K extends string>(value: unknown, option: string, key: K): Partial<Record<K, number>> {
  if (value === undefined) return {};
  const n = Number(String(value).replace(',', '.'));
  if (!(n > 0 && n < 1e12)) throw new DemandaError('OPTION_POSITIVE', { option, value: String(value) });
  return { [key]: n } as Partial<Record<K, number>>;
}

function oneOf<T extends string, K extends string>(value: unknown, option: string, allowed: readonly T[], key: K): Partial<Record<K, T>> {
  if (value === undefined) return {};
  if (!allowed.includes(value as T)) throw new DemandaError('OPTION_CHOICE', { option, allowed: allowed.join(' | '), value: String(value) });
  return { [key]: value as T } as Partial<Record<K, T>>;
}

/** A list that is given in several options is one list: none of them may be lost. */
function joined(value: string, before: string | undefined): string {
  return before === undefined ? value : `${before},${value}`;
}

function pairs(text: string, option: string): Record<string, string> {
  const map: Record<string, string> = {};
  for (const part of list(text)) {
    const equals = part.indexOf('=');
    if (equals < 1) throw new DemandaError('OPTION_MAP', { option, value: part });
    map[part.slice(0, equals).trim()] = part.slice(equals + 1).trim();
  }
  return map;
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function print(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document)}\n`);
}

function showsProgress(o: Shared): boolean {
  return !o.quiet && !o.json && process.stderr.isTTY === true;
}

function status(text: string): void {
  process.stderr.write(`\r\u001b[2K${text}`);
}

function clearStatus(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
}

/** One line: stage, bar, count, rate and time left. */
function progress(lang: Lang, t: Translate): (p: FleetProgress) => void {
  const words: Readonly<Record<FleetProgress['stage'], MessageKey>> = {
    market: 'stageMarket',
    search: 'stageSearch',
    train: 'stageTrain',
    backtest: 'stageBacktest',
  };
  let stage = '';
  let started = 0;
  return ({ stage: now, done, total }) => {
    if (now !== stage) {
      stage = now;
      started = performance.now();
    }
    const seconds = (performance.now() - started) / 1000;
    const share = Math.min(1, done / Math.max(1, total));
    const filled = Math.round(share * 24);
    const left = share > 0 ? (seconds / share) * (1 - share) : 0;
    status(
      `${t(words[now])} ${'█'.repeat(filled)}${'░'.repeat(24 - filled)} ${Math.min(done, total)}/${total} · ${number(lang, done / Math.max(seconds, 0.001), 1)}/s · ${t('timeLeft', { time: duration(left) })}`,
    );
  };
}

/** Ctrl-C stops reading new cells; a second one ends the process as usual. @returns `done` stops listening: the menu goes on after a command */
function interruption(): { readonly signal: AbortSignal; readonly done: () => void } {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  // SIGHUP: the terminal was closed.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, stop);
  return {
    signal: controller.signal,
    done: () => {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}

/** Commander's messages with the nearest name, in the user's language. */
function usageMessage(text: string, program: Command, t: Translate): string {
  const missing = /option '(--[a-z-]+).*' argument missing/.exec(text);
  if (missing) return `${t('argumentMissing', { option: missing[1] as string })}\n`;
  const argument = /missing required argument '([^']+)'/.exec(text);
  if (argument) return `${t('argumentMissing', { option: (argument[1] as string).toUpperCase() })}\n`;
  const option = /unknown option '([^']+)'/.exec(text);
  if (option) {
    const names = program.commands.flatMap((c) => c.options.map((o) => o.long ?? '')).concat(Object.keys(SPANISH_OPTIONS));
    return `${t('didYouMean', { what: t('option'), name: option[1] as string, nearest: nearestName(option[1] as string, [...new Set(names)]) ?? '' })}\n`;
  }
  const command = /unknown command '([^']+)'/.exec(text);
  if (command) {
    const names = program.commands.flatMap((c) => [c.name(), ...c.aliases()]);
    return `${t('didYouMean', { what: t('command'), name: command[1] as string, nearest: nearestName(command[1] as string, names) ?? '' })}\n`;
  }
  return text;
}
