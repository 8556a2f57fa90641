/** `demanda holdout`: shops that keep their prices, and what the others earned beside them. */

import { CHOOSE_HOLDOUT } from '../../contract/options/holdout.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import type { Workspace } from '../../workspace.ts';
import { actionNamed } from '../action-named.ts';
import type { CommandContext, Options } from '../context.ts';
import { holdoutProposalText, holdoutText } from '../holdout-text.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson, tell } from '../output.ts';
import { wrapped } from '../table.ts';

type Action = 'propose' | 'start' | 'show' | 'stop';

const ACTIONS: Readonly<Record<string, Action>> = {
  ...{ propose: 'propose', proponer: 'propose' },
  ...{ start: 'start', empezar: 'start' },
  ...{ show: 'show', ver: 'show' },
  ...{ stop: 'stop', detener: 'stop' },
};

export function addHoldout({ command, lang, t, withWorkspace }: CommandContext): void {
  addOptions(command('holdout [action]', 'control', 'cmdHoldout'), CHOOSE_HOLDOUT, t).action(
    (action: string | undefined, o: Options) =>
      withWorkspace(o, async (workspace) => {
        const document = await documentOf(workspace, actionNamed(ACTIONS, action ?? 'show', t), o);
        if (o.json) return sayJson(document);
        for (const { message } of document.notes) tell(`${wrapped(message)}\n`);
        if ('status' in document) return say(`${holdoutText(document, lang, t)}\n`);
        say(`${holdoutProposalText(document, lang, t)}\n`);
        if (!o.quiet) tell(`${wrapped(t('holdoutNext'))}\n`);
      }),
  );
}

function documentOf(workspace: Workspace, action: Action, o: Options) {
  const asked = readOptions(CHOOSE_HOLDOUT, o);
  const { shops, from, measure } = asked;
  switch (action) {
    case 'propose':
      return workspace.holdouts.propose(asked);
    case 'start':
      return workspace.holdouts.start(asked);
    case 'stop':
      return workspace.holdouts.stop();
    case 'show':
      if (shops === undefined && from === undefined) return workspace.holdouts.show();
      if (shops === undefined || from === undefined) throw new DemandaError('HOLDOUT_OPTIONS', {});
      return workspace.holdouts.compare({ shops, from, ...(measure !== undefined && { measure }) });
  }
}
