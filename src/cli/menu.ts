/** The interactive menu: every item asks what it needs and calls a command. */

import { readdirSync } from 'node:fs';
import { cancel, intro, log, outro } from '@clack/prompts';
import { WORKSPACE_SETTINGS } from '../contract/options/settings.ts';
import { TRAIN } from '../contract/options/train.ts';
import { visibleText } from '../contract/visible-text.ts';
import { nearName } from '../data/columns.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { MessageKey, Translate } from '../i18n/messages.ts';
import { ask, Cancelled, type Choice, choose, chooseOf, pick, wholeNumber } from './menu-prompts.ts';

interface MenuItem {
  /** The sign that chooses it. */
  readonly key: string;
  readonly words: MessageKey;
  /** Arguments of the command to run; null for one that cannot be run yet, which was said. */
  readonly ask: () => Promise<readonly string[] | null>;
}

export interface MenuCell {
  readonly merchant: string;
  readonly product: string;
  readonly trained: boolean;
}

/** What the menu needs of the program around it. */
export interface MenuContext {
  /** Runs one command. */
  readonly run: (args: readonly string[]) => Promise<void>;
  /** What there is, the cells with the newest models first: offered where a prompt asks for one. */
  readonly cells: () => Promise<readonly MenuCell[]>;
  /** Every command: its name in the user's language, and what it does. */
  readonly commands: readonly { readonly name: string; readonly about: string }[];
}

/** Offered before anything is there. */
const EXAMPLE: MenuCell = { merchant: 'MiTienda', product: 'Carne', trained: false };
/** Files that an import reads. */
const READABLE = /\.(csv|tsv|txt|xlsx|xls|ods|parquet|jsonl?|ndjson)$/i;

/**
 * Shows the menu until exit is chosen. A prompt can be left at any time: nothing is run then.
 *
 * @throws DemandaError MENU_NO_TERMINAL
 */
export async function showMenu(t: Translate, context: MenuContext): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) throw new DemandaError('MENU_NO_TERMINAL', {});
  intro(t('menuTitle'));
  for (;;) {
    const items = menuItems(t, await context.cells(), context);
    const choices: Choice<MenuItem | 'exit'>[] = [
      ...items.map((value) => ({ keys: value.key, label: `${value.key}  ${t(value.words)}`, value })),
      { keys: '0', label: `0  ${t('menuExit')}`, value: 'exit' },
    ];
    const item = await choose(t('menuQuestion'), choices);
    if (item === null || item === 'exit') break;
    let args: readonly string[] | null;
    try {
      args = await item.ask();
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
      cancel(t('menuCancelled'));
      continue;
    }
    if (args === null) continue;
    await context.run(args);
    // The menu goes on whatever a command ended with.
    process.exitCode = 0;
  }
  outro(t('menuBye'));
}

function menuItems(t: Translate, cells: readonly MenuCell[], context: MenuContext): MenuItem[] {
  const trained = cells.filter((cell) => cell.trained);
  /** A cell that a model is wanted of; null where there is none, which is said. */
  const modelled = async (): Promise<string[] | null> => {
    if (trained.length > 0) return cellArguments(await pickCell(trained, t));
    log.warn(t('menuNoModels'));
    return null;
  };
  const ofAllOrOne = async (question: MessageKey, command: string): Promise<readonly string[] | null> => {
    const all = await chooseOf(t(question), [
      { keys: 't', label: t('menuAllProducts'), value: true },
      { keys: 'u', label: t('menuOneProduct'), value: false },
    ]);
    if (all) return [command, '--all'];
    return withCell([command], cells.length > 0 ? cellArguments(await pickCell(cells, t)) : await modelled());
  };
  return [
    {
      key: '1',
      words: 'menuTrainBasic',
      ask: async () => ['train', ...cellArguments(await cellToTrain(cells, t)), '--solver', 'stochastic', '--fresh'],
    },
    {
      key: '2',
      words: 'menuTrainAdvanced',
      ask: async () => advancedTraining(cellArguments(await cellToTrain(cells, t)), t),
    },
    { key: '3', words: 'menuShow', ask: async () => withCell(['show'], await modelled()) },
    { key: '4', words: 'menuCompare', ask: () => comparison(trained, t) },
    { key: '5', words: 'menuHistory', ask: async () => historyAsked(await historyChoice(t), modelled) },
    { key: '6', words: 'menuRecommend', ask: () => ofAllOrOne('menuPricesQuestion', 'recommend') },
    {
      key: '7',
      words: 'menuMarket',
      ask: async () => ['import', await fileToRead(t('menuMarketFile'), 'mercado.csv', t), '--kind', 'market'],
    },
    { key: '8', words: 'menuImport', ask: () => salesImport(t) },
    { key: '9', words: 'menuSettings', ask: () => settingsGiven(t) },
    { key: 'a', words: 'menuDashboard', ask: async () => ['serve'] },
    { key: 'b', words: 'menuForecast', ask: () => ofAllOrOne('menuForecastQuestion', 'forecast') },
    { key: 'c', words: 'menuBacktest', ask: () => ofAllOrOne('menuBacktestQuestion', 'backtest') },
    { key: 'd', words: 'menuModels', ask: async () => ['models'] },
    { key: 'e', words: 'menuOutcomes', ask: async () => ['outcomes'] },
    { key: 'f', words: 'menuOther', ask: () => otherCommand(context, t) },
  ];
}

function cellArguments({ merchant, product }: MenuCell): string[] {
  return ['--merchant', merchant, '--product', product];
}

function withCell(command: readonly string[], cell: readonly string[] | null): readonly string[] | null {
  return cell === null ? null : [...command, ...cell];
}

function cellLabel({ merchant, product }: MenuCell): string {
  return `${merchant} · ${product}`;
}

function pickCell(cells: readonly MenuCell[], t: Translate, question: MessageKey = 'menuCell'): Promise<MenuCell> {
  return pick(
    t(question),
    cells.map((value) => ({ label: cellLabel(value), value })),
    t,
  );
}

/** What there is, or a product that has no sales yet. */
async function cellToTrain(cells: readonly MenuCell[], t: Translate): Promise<MenuCell> {
  const listed =
    cells.length === 0
      ? null
      : await pick(
          t('menuCell'),
          [...cells.map((value) => ({ label: cellLabel(value), value })), { label: t('menuNewCell'), value: null }],
          t,
        );
  if (listed !== null) return listed;
  const [first = EXAMPLE] = cells;
  const merchants = [...new Set(cells.map(({ merchant }) => merchant))];
  const merchant = await typedName(t('menuMerchant'), first.merchant, merchants, t);
  const there = cells.filter((cell) => cell.merchant === merchant).map(({ product }) => product);
  return { merchant, product: await typedName(t('menuProduct'), first.product, there, t), trained: false };
}

/** A name that looks like a slip of one that is there is asked about, as a new one is made of whatever is typed. */
async function typedName(question: string, initial: string, there: readonly string[], t: Translate): Promise<string> {
  const typed = await ask(question, initial);
  const nearest = there.includes(typed) ? null : nearName(typed, there);
  if (nearest === null) return typed;
  return chooseOf(t('menuMeant'), [
    { keys: '', label: visibleText(nearest), value: nearest },
    { keys: '', label: t('menuAsTyped', { name: typed }), value: typed },
  ]);
}

/** Two or more models, each once. */
async function comparison(trained: readonly MenuCell[], t: Translate): Promise<readonly string[] | null> {
  if (trained.length < 2) {
    log.warn(t(trained.length === 0 ? 'menuNoModels' : 'menuOneModel'));
    return null;
  }
  const chosen = [await pickCell(trained, t, 'menuFirstModel')];
  for (;;) {
    const rest = trained.filter((cell) => !chosen.includes(cell));
    chosen.push(await pickCell(rest, t, 'menuNextModel'));
    if (rest.length === 1) break;
    const more = await chooseOf(t('menuCompareQuestion', { count: chosen.length }), [
      { keys: 'c', label: t('menuCompareNow'), value: false },
      { keys: 'o', label: t('menuCompareMore'), value: true },
    ]);
    if (!more) break;
  }
  return ['compare', '--models', chosen.map(({ merchant, product }) => `${merchant}:${product}`).join(',')];
}

function historyChoice(t: Translate): Promise<'list' | 'analyze'> {
  return chooseOf(t('menuHistoryQuestion'), [
    { keys: 't', label: t('menuHistoryAll'), value: 'list' },
    { keys: 'u', label: t('menuHistoryOne'), value: 'analyze' },
  ]);
}

async function historyAsked(
  which: 'list' | 'analyze',
  modelled: () => Promise<string[] | null>,
): Promise<readonly string[] | null> {
  return which === 'list' ? ['history', 'list'] : withCell(['history', 'analyze'], await modelled());
}

async function advancedTraining(cell: readonly string[], t: Translate): Promise<string[]> {
  const iterations = await ask(t('menuIterations'), String(TRAIN.iterations.usual), wholeNumber(t));
  const rows = await ask(t('menuSimulatedRows'), String(TRAIN.simulatedRows.usual), wholeNumber(t));
  const usual = String(Math.min(TRAIN.checkpointEvery.usual, Number(iterations)));
  const every = await ask(t('menuCheckpointEvery'), usual, wholeNumber(t));
  const seed = await ask(t('menuSeed'), String(TRAIN.seed.usual), wholeNumber(t));
  const market = await chooseOf(t('menuMarketQuestion'), [
    { keys: 'n', label: t('menuMarketNo'), value: false },
    { keys: 'sy', label: t('menuMarketYes'), value: true },
  ]);
  const curve = await chooseOf(t('menuCurveQuestion'), [
    { keys: 'n', label: t('menuCurveNo'), value: false },
    { keys: 'sy', label: t('menuCurveYes'), value: true },
  ]);
  return [
    ...['train', ...cell, '--iterations', iterations, '--simulated-rows', rows],
    ...['--checkpoint-every', every, '--seed', seed, '--fresh'],
    ...(market ? ['--market'] : []),
    ...(curve ? ['--verbose'] : []),
  ];
}

/** Files of this folder to choose from, or another one's path. */
async function fileToRead(question: string, example: string, t: Translate): Promise<string> {
  const files = filesHere();
  if (files.length === 0) return ask(question, example);
  const chosen = await pick(
    question,
    [...files.map((value) => ({ label: value, value })), { label: t('menuOtherFile'), value: null }],
    t,
  );
  return chosen ?? ask(t('menuPath'), example);
}

function filesHere(): string[] {
  try {
    return readdirSync('.', { withFileTypes: true })
      .filter((entry) => entry.isFile() && READABLE.test(entry.name))
      .map(({ name }) => name)
      .sort();
  } catch {
    // A folder that cannot be listed: the path is asked for.
    return [];
  }
}

async function salesImport(t: Translate): Promise<string[]> {
  const file = await fileToRead(t('menuSalesFile'), 'ventas.csv', t);
  const named = await chooseOf(t('menuWhoseSales'), [
    { keys: 'a', label: t('menuInFile'), value: true },
    { keys: 't', label: t('menuOneShop'), value: false },
  ]);
  return ['import', file, ...(named ? [] : ['--merchant', await ask(t('menuMerchant'), EXAMPLE.merchant)])];
}

async function settingsGiven(t: Translate): Promise<string[]> {
  const change = await chooseOf(t('menuSettingsQuestion'), [
    { keys: 'v', label: t('menuSettingsSee'), value: false },
    { keys: 'c', label: t('menuSettingsChange'), value: true },
  ]);
  if (!change) return ['settings'];
  const country = await ask(t('menuCountry'), WORKSPACE_SETTINGS.country.usual);
  const currency = await ask(t('menuCurrency'), WORKSPACE_SETTINGS.currency.usual);
  const unit = await ask(t('menuUnit'), 'kg');
  return ['settings', '--country', country, '--currency', currency, '--unit', unit];
}

/** Any command, with what is typed behind it as on the command line; with nothing, its help where it needs something. */
async function otherCommand({ commands, run }: MenuContext, t: Translate): Promise<readonly string[]> {
  const name = await pick(
    t('menuCommand'),
    commands.map(({ name: value, about }) => ({ label: `${value}: ${about}`, value })),
    t,
  );
  await run([name, '--help']);
  return [name, ...words(await ask(t('menuArguments', { name }), ''))];
}

/** Words of a command line: those in quotes hold together. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}
