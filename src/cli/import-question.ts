/** What a file leaves open is asked on a terminal. */

import { isCancel, select } from '@clack/prompts';
import type { ImportChoice, ImportQuestion } from '../contract/file-understanding.ts';
import { visibleText } from '../contract/visible-text.ts';
import type { MessageKey, Translate } from '../i18n/messages.ts';
import { clearStatus } from './progress.ts';

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
  const answer = await select({
    message: isPlace
      ? message
      : t(QUESTIONS[option], {
          file,
          value: at?.value ?? '',
          column: at?.column ?? '',
          line: at?.line ?? 0,
          problem: message,
        }),
    options:
      option === 'forgetMapping'
        ? [
            { value: choices[0], label: t('askReadAnew') },
            { value: null, label: t('askStop') },
          ]
        : [
            // The first is what Enter takes: of days that are there the answer that loses nothing.
            ...(isPlace ? [{ value: null, label: t('askStop') }] : []),
            ...choices.map((choice) => ({
              value: choice,
              ...(choice.option === 'add' || choice.option === 'replace'
                ? { label: t(PLACES[choice.option]), hint: choice.means }
                : { label: visibleText(choice.means), ...(choice.option !== 'sheet' && { hint: choice.value }) }),
            })),
          ],
  });
  return isCancel(answer) ? null : answer;
}

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}
