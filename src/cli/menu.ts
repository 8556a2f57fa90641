/** The interactive menu: every item asks what it needs and calls a command. */

import { styleText } from 'node:util';
import { SelectPrompt } from '@clack/core';
import { cancel, intro, isCancel, outro, text } from '@clack/prompts';
import { WORKSPACE_SETTINGS } from '../contract/options/settings.ts';
import { TRAIN } from '../contract/options/train.ts';
import { typedWhole } from '../contract/typed-number.ts';
import { visibleText } from '../contract/visible-text.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { MessageKey, Translate } from '../i18n/messages.ts';

/** Left a prompt by Ctrl-C or Escape: back to the menu. */
class Cancelled extends Error {}

interface MenuItem {
  /** The number that chooses it. */
  readonly key: string;
  readonly words: MessageKey;
  /** Arguments of the command to run; null leaves the menu. */
  readonly run: (() => Promise<readonly string[]>) | null;
}

interface Cell {
  readonly merchant: string;
  readonly product: string;
}

/** What the menu needs of the program around it. */
interface MenuContext {
  /** Runs one command. */
  readonly run: (args: readonly string[]) => Promise<void>;
  /** Cells with a model, the newest first: offered where a prompt asks for one. */
  readonly trained: () => Promise<readonly Cell[]>;
}

/** Offered before anything is trained. */
const EXAMPLES: readonly Cell[] = [
  { merchant: 'MiTienda', product: 'Carne' },
  { merchant: 'MiTienda', product: 'Pescado' },
];

/**
 * Shows the menu until exit is chosen. A prompt can be left at any time: nothing is run then.
 *
 * @throws DemandaError MENU_NO_TERMINAL
 */
export async function showMenu(t: Translate, { run, trained }: MenuContext): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) throw new DemandaError('MENU_NO_TERMINAL', {});
  intro(t('menuTitle'));
  for (;;) {
    const cells = await trained();
    const items = menuItems(t, cells.length > 0 ? cells : EXAMPLES);
    const choices = items.map((value) => ({ keys: value.key, label: `${value.key}  ${t(value.words)}`, value }));
    const item = await choose(t('menuQuestion'), choices);
    if (!item?.run) break;
    let args: readonly string[];
    try {
      args = await item.run();
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
      cancel(t('menuCancelled'));
      continue;
    }
    await run(args);
    // The menu goes on whatever a command ended with.
    process.exitCode = 0;
  }
  outro(t('menuBye'));
}

function menuItems(t: Translate, cells: readonly Cell[]): MenuItem[] {
  const [first] = cells as [Cell, ...Cell[]];
  const cell = async (): Promise<string[]> => [
    '--merchant',
    await ask(t('menuMerchant'), first.merchant),
    '--product',
    await ask(t('menuProduct'), first.product),
  ];
  const pair = (cells.length > 1 ? cells : EXAMPLES)
    .slice(0, 2)
    .map(({ merchant, product }) => `${merchant}:${product}`);
  return [
    {
      key: '1',
      words: 'menuTrainBasic',
      run: async () => ['train', ...(await cell()), '--solver', 'stochastic', '--fresh'],
    },
    {
      key: '2',
      words: 'menuTrainAdvanced',
      run: async () => advancedTraining(await cell(), t),
    },
    { key: '3', words: 'menuShow', run: async () => ['show', ...(await cell())] },
    {
      key: '4',
      words: 'menuCompare',
      run: async () => ['compare', '--models', await ask(t('menuModels'), pair.join(','))],
    },
    {
      key: '5',
      words: 'menuHistory',
      run: async () =>
        (await agree(t('menuHistoryQuestion'), t)) ? ['history', 'analyze', ...(await cell())] : ['history', 'list'],
    },
    {
      key: '6',
      words: 'menuRecommend',
      run: async () =>
        (await agree(t('menuAllQuestion'), t)) ? ['recommend', '--all'] : ['recommend', ...(await cell())],
    },
    {
      key: '7',
      words: 'menuMarket',
      run: async () => ['import', await ask(t('menuMarketFile'), 'mercado.csv'), '--kind', 'market'],
    },
    { key: '8', words: 'menuImport', run: async () => ['import', await ask(t('menuSalesFile'), 'ventas.csv')] },
    {
      key: '9',
      words: 'menuSettings',
      run: async () => settingsGiven(t),
    },
    { key: '0', words: 'menuExit', run: null },
  ];
}

async function advancedTraining(cell: readonly string[], t: Translate): Promise<string[]> {
  const iterations = await ask(t('menuIterations'), String(TRAIN.iterations.usual), wholeNumber(t));
  const rows = await ask(t('menuSimulatedRows'), String(TRAIN.simulatedRows.usual), wholeNumber(t));
  const usual = String(Math.min(TRAIN.checkpointEvery.usual, Number(iterations)));
  const every = await ask(t('menuCheckpointEvery'), usual, wholeNumber(t));
  const seed = await ask(t('menuSeed'), String(TRAIN.seed.usual), wholeNumber(t));
  const market = await agree(t('menuMarketQuestion'), t);
  const curve = await agree(t('menuCurveQuestion'), t);
  return [
    ...['train', ...cell, '--iterations', iterations, '--simulated-rows', rows],
    ...['--checkpoint-every', every, '--seed', seed, '--fresh'],
    ...(market ? ['--market'] : []),
    ...(curve ? ['--verbose'] : []),
  ];
}

async function settingsGiven(t: Translate): Promise<string[]> {
  if (!(await agree(t('menuSettingsQuestion'), t))) return ['settings'];
  const country = await ask(t('menuCountry'), WORKSPACE_SETTINGS.country.usual);
  const currency = await ask(t('menuCurrency'), WORKSPACE_SETTINGS.currency.usual);
  const unit = await ask(t('menuUnit'), 'kg');
  return ['settings', '--country', country, '--currency', currency, '--unit', unit];
}

interface Choice<T> {
  /** Letters or digits that choose it at once. */
  readonly keys: string;
  readonly label: string;
  readonly value: T;
}

/** A list to walk with the arrow keys, or to answer with a key; null when it was left by Escape or Ctrl-C. */
async function choose<T>(question: string, choices: readonly Choice<T>[], initial = 0): Promise<T | null> {
  const prompt = new SelectPrompt<Choice<T>>({
    options: [...choices],
    initialValue: choices[initial]?.value,
    render(this: Omit<SelectPrompt<Choice<T>>, 'prompt'>) {
      const answered = this.options[this.cursor]?.label ?? '';
      if (this.state === 'submit') return `${styleText('green', '◇')}  ${question} ${styleText('dim', answered)}\n`;
      if (this.state === 'cancel') return '';
      const lines = this.options.map((option, i) =>
        i === this.cursor ? `${styleText('cyan', '›')} ${styleText('bold', option.label)}` : `  ${option.label}`,
      );
      return [`${styleText('cyan', '◆')}  ${question}`, ...lines, ''].join('\n');
    },
  });
  prompt.on('key', (char) => {
    const at =
      char === undefined || char === '' ? -1 : choices.findIndex((choice) => choice.keys.includes(char.toLowerCase()));
    if (at < 0) return;
    prompt.cursor = at;
    prompt.value = (choices[at] as Choice<T>).value;
    prompt.state = 'submit';
  });
  const answer = await prompt.prompt();
  return isCancel(answer) || answer === undefined ? null : (answer as T);
}

async function ask(
  message: string,
  initial: string,
  validate?: (value: string | undefined) => string | undefined,
): Promise<string> {
  // The prompt draws what it is given: a name is shown by its escapes, and comes back as itself.
  const shown = visibleText(initial);
  const answer = await text({
    message,
    placeholder: shown,
    defaultValue: shown,
    ...(validate && { validate: (value) => (value ? validate(value) : undefined) }),
  });
  if (isCancel(answer)) throw new Cancelled();
  return answer === shown ? initial : answer;
}

/** Yes or no, with the arrow keys or by their first letters in either language; no unless told. */
async function agree(question: string, t: Translate): Promise<boolean> {
  const answer = await choose(
    question,
    [
      { keys: 'sy', label: t('yes'), value: true },
      { keys: 'n', label: t('no'), value: false },
    ],
    1,
  );
  if (answer === null) throw new Cancelled();
  return answer;
}

function wholeNumber(t: Translate): (value: string | undefined) => string | undefined {
  return (value) => (Number.isNaN(typedWhole(value ?? '')) ? t('menuWhole') : undefined);
}
