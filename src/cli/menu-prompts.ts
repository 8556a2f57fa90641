/** Questions of the menu: lists with search, two named choices, texts. Left by Escape or Ctrl-C they throw. */

import { styleText } from 'node:util';
import { AutocompletePrompt, SelectPrompt } from '@clack/core';
import { isCancel, text } from '@clack/prompts';
import { typedWhole } from '../contract/typed-number.ts';
import { visibleText } from '../contract/visible-text.ts';
import type { Translate } from '../i18n/messages.ts';
import { cut } from './table.ts';

/** Left a prompt by Ctrl-C or Escape: back to the menu. */
export class Cancelled extends Error {}

/** Lines of a list that are on the screen at once. */
const SHOWN_AT_ONCE = 12;

export interface Choice<T> {
  /** Letters or digits that choose it at once; empty for none. */
  readonly keys: string;
  readonly label: string;
  readonly value: T;
}

/** A short list to walk with the arrow keys, or to answer with a key; null when it was left. */
export async function choose<T>(question: string, choices: readonly Choice<T>[]): Promise<T | null> {
  const prompt = new SelectPrompt<Choice<T>>({
    options: [...choices],
    initialValue: choices[0]?.value,
    render(this: Omit<SelectPrompt<Choice<T>>, 'prompt'>) {
      if (this.state === 'cancel') return '';
      if (this.state === 'submit') return answered(question, this.options[this.cursor]?.label ?? '');
      const lines = this.options.map(({ label }, i) => listLine(label, i === this.cursor));
      return [`${styleText('cyan', '◆')}  ${question}`, ...lines, ''].join('\n');
    },
  });
  prompt.on('key', (char) => {
    const at = char ? choices.findIndex(({ keys }) => keys.includes(char.toLowerCase())) : -1;
    if (at < 0) return;
    prompt.cursor = at;
    prompt.value = (choices[at] as Choice<T>).value;
    prompt.state = 'submit';
  });
  const answer = await prompt.prompt();
  return isCancel(answer) || answer === undefined ? null : (answer as T);
}

/** One of two, each with its own words. @throws Cancelled */
export async function chooseOf<T>(question: string, choices: readonly Choice<T>[]): Promise<T> {
  const answer = await choose(question, choices);
  if (answer === null) throw new Cancelled();
  return answer;
}

interface Listed {
  /** Place in the list of what is chosen from. */
  readonly value: string;
  readonly label: string;
}

/**
 * A list of any length: what is typed narrows it, capitals and accents aside.
 *
 * @throws Cancelled
 */
export async function pick<T>(
  question: string,
  items: readonly { readonly label: string; readonly value: T }[],
  t: Translate,
): Promise<T> {
  const options: Listed[] = items.map(({ label }, i) => ({ value: String(i), label: visibleText(label) }));
  const prompt = new AutocompletePrompt<Listed>({
    options,
    filter: (typed, { label }) => plain(label).includes(plain(typed)),
    // Enter where nothing fits chooses nothing.
    validate: (value) => (value === undefined ? t('menuNothingFits') : undefined),
    render(this: Omit<AutocompletePrompt<Listed>, 'prompt'>) {
      if (this.state === 'cancel') return '';
      const chosen = options[Number(this.focusedValue)]?.label ?? '';
      if (this.state === 'submit') return answered(question, chosen);
      const hint = styleText('dim', t('menuSearch'));
      const head = `${styleText('cyan', '◆')}  ${question} ${this.userInput === '' ? hint : this.userInputWithCursor}`;
      const found = this.filteredOptions;
      const from = Math.max(0, Math.min(this.cursor - Math.floor(SHOWN_AT_ONCE / 2), found.length - SHOWN_AT_ONCE));
      const lines = found
        .slice(from, from + SHOWN_AT_ONCE)
        .map(({ label }, i) => listLine(label, from + i === this.cursor));
      const more = found.length - lines.length;
      return [
        head,
        ...(found.length === 0 ? [`  ${t('menuNothingFits')}`] : lines),
        ...(more > 0 ? [styleText('dim', `  ${t('menuMore', { count: more })}`)] : []),
        '',
      ].join('\n');
    },
  });
  const answer = await prompt.prompt();
  if (isCancel(answer) || answer === undefined) throw new Cancelled();
  return (items[Number(answer)] as { readonly value: T }).value;
}

/** A text; Enter alone takes the one that is offered. @throws Cancelled */
export async function ask(
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

export function wholeNumber(t: Translate): (value: string | undefined) => string | undefined {
  return (value) => (Number.isNaN(typedWhole(value ?? '')) ? t('menuWhole') : undefined);
}

function answered(question: string, answer: string): string {
  return `${styleText('green', '◇')}  ${question} ${styleText('dim', fittedLabel(answer))}\n`;
}

function listLine(label: string, isChosen: boolean): string {
  const shown = fittedLabel(label);
  return isChosen ? `${styleText('cyan', '›')} ${styleText('bold', shown)}` : `  ${shown}`;
}

/** A list whose lines break jumps when it is walked. */
function fittedLabel(label: string): string {
  return cut(label, Math.max((process.stdout.columns ?? 80) - 4, 10));
}

function plain(words: string): string {
  return words
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
}
