/** What a file leaves open is asked on a terminal. */

import type { ImportChoice, ImportQuestion } from '../contract/file-understanding.ts';
import { visibleText } from '../contract/visible-text.ts';
import type { MessageKey, Translate } from '../i18n/messages.ts';
import { choose } from './menu-prompts.ts';
import { clearStatus } from './progress.ts';
import { wrapped } from './table.ts';

const QUESTIONS = {
  dateFormat: 'askDate',
  decimal: 'askDecimal',
  sheet: 'askSheet',
  forgetMapping: 'askForgetMapping',
} as const satisfies Partial<Record<ImportChoice['option'], MessageKey>>;

/** What becomes of days that are there already. */
const PLACES = {
  replace: 'existingReplace',
  add: 'existingAdd',
} as const satisfies Partial<Record<ImportChoice['option'], MessageKey>>;

/** Asks which reading holds; null when the question is left: the refusal stands. */
export async function askImport(
  { file, message, at, choices }: ImportQuestion,
  t: Translate,
): Promise<ImportChoice | null> {
  clearStatus();
  const [{ option }] = choices;
  const isPlace = option === 'add' || option === 'replace';
  const question = isPlace
    ? message
    : t(QUESTIONS[option], {
        file,
        value: at?.value ?? '',
        column: at?.column ?? '',
        line: at?.line ?? 0,
        problem: message,
      });
  if (option === 'forgetMapping')
    return choose<ImportChoice | null>(wrapped(question), [
      { keys: '', label: t('askReadAnew'), value: choices[0] },
      { keys: '', label: t('askStop'), value: null },
    ]);
  return choose<ImportChoice | null>(wrapped(question), [
    // The first is what Enter takes: of days that are there the answer that loses nothing.
    ...(isPlace ? [{ keys: '', label: t('askStop'), value: null }] : []),
    ...choices.map((choice) => ({ keys: '', label: choiceLabel(choice, t), value: choice })),
  ]);
}

function choiceLabel(choice: ImportChoice, t: Translate): string {
  if (choice.option === 'add' || choice.option === 'replace') return `${t(PLACES[choice.option])} (${choice.means})`;
  const means = visibleText(choice.means);
  return choice.option === 'sheet' ? means : `${means} (${choice.value})`;
}

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}
