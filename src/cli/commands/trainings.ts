/**
 * `demanda trainings`: trainings that a server, a schedule or a queue's workers do: how far they are, and their stops.
 */

import type { TrainingDetail, TrainingItem } from '../../contract/api.ts';
import { momentWord } from '../../contract/date-words.ts';
import { whole } from '../../contract/options/option.ts';
import { type Lang, MOST_ITERATIONS } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import type { MessageKey, Translate } from '../../i18n/messages.ts';
import type { Workspace } from '../../workspace.ts';
import { actionNamed } from '../action-named.ts';
import type { CommandContext, Options } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson } from '../output.ts';
import { renderTable, wrapped } from '../table.ts';

const ACTIONS: Readonly<Record<string, 'list' | 'show' | 'stop' | 'resume' | 'retry'>> = {
  list: 'list',
  listar: 'list',
  show: 'show',
  ver: 'show',
  stop: 'stop',
  detener: 'stop',
  resume: 'resume',
  reanudar: 'resume',
  retry: 'retry',
  reintentar: 'retry',
};

const TRAININGS = {
  piece: whole({ flag: '--piece', help: 'optPiece', least: 0, most: MOST_ITERATIONS }),
} as const;

const STATUS_WORDS = {
  starting: 'trainingStarting',
  running: 'trainingRunning',
  stopping: 'trainingStopping',
  stopped: 'trainingStopped',
  done: 'trainingDone',
  failed: 'trainingFailed',
} as const satisfies Record<TrainingItem['status'], MessageKey>;

/** Trainings that are listed, newest first. */
const MOST_LISTED = 50;

export function addTrainings({ command, lang, t, withWorkspace }: CommandContext): void {
  addOptions(command('trainings [action] [id]', 'entrenamientos', 'cmdTrainings'), TRAININGS, t).action(
    (action: string | undefined, id: string | undefined, o: Options) =>
      withWorkspace(o, (workspace) => trainingsCommand(workspace, { action, id }, o, lang, t)),
  );
}

/** @throws DemandaError USAGE, OPTION_MISSING, and what the trainings of a workspace throw */
async function trainingsCommand(
  workspace: Workspace,
  { action = 'list', id }: { readonly action?: string | undefined; readonly id?: string | undefined },
  o: Options,
  lang: Lang,
  t: Translate,
): Promise<void> {
  const act = actionNamed(ACTIONS, action, t);
  const { trainings } = workspace;
  if (act === 'list') {
    const document = await trainings.list(null, { limit: MOST_LISTED });
    if (o.json) return sayJson(document);
    return say(document.items.length === 0 ? `${t('trainingsNone')}\n` : `${table(document.items, lang, t)}\n`);
  }
  if (id === undefined) throw new DemandaError('OPTION_MISSING', { option: 'ID' });
  const { piece = null } = readOptions(TRAININGS, o);
  if (act === 'stop') await trainings.stop(id, null);
  if (act === 'resume') await trainings.resume(id, null);
  const retried = act === 'retry' ? (await trainings.retry(id, null, piece)).retried : null;
  const document = await trainings.get(id, null);
  if (o.json) return sayJson({ ...document, ...(retried !== null && { retried }) });
  if (retried !== null) say(`${t('piecesRetried', { count: retried })}\n`);
  say(`${table([document.training], lang, t)}\n`);
  if (document.training.message !== null) say(`${wrapped(document.training.message)}\n`);
  if (document.givenUp.length > 0) say(`${t('piecesGivenUp')}\n${givenUpTable(document.givenUp, t)}\n`);
}

function table(items: readonly TrainingItem[], lang: Lang, t: Translate): string {
  return renderTable(
    [
      { title: 'ID', right: true },
      { title: t('trainingSince') },
      { title: t('trainingStatus') },
      { title: t('trainingCells') },
      { title: t('trainingRefused') },
      { title: t('trainingBy'), spare: 1 },
    ],
    items.map((item) => [
      item.trainingId,
      momentWord(item.startedAt, lang),
      t(STATUS_WORDS[item.status]),
      `${item.done + item.failed}/${item.cells}`,
      String(item.failed),
      item.startedByName ?? item.startedBy,
    ]),
  );
}

function givenUpTable(pieces: TrainingDetail['givenUp'], t: Translate): string {
  return renderTable(
    [{ title: t('pieceNumber'), right: true }, { title: t('pieceCells') }, { title: t('pieceReason'), spare: 1 }],
    pieces.map(({ number, first, last, reason }) => [
      String(number),
      first === null
        ? '–'
        : [first, ...(last && last.product !== first.product ? [last] : [])]
            .map(({ merchant, product }) => `${merchant}:${product}`)
            .join(' … '),
      reason,
    ]),
  );
}
