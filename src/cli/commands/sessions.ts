/** `demanda sessions`: who is signed in to the dashboard, and an end to it, for an owner who lost a computer. */

import type { OpenSession } from '../../contract/api.ts';
import { momentWord } from '../../contract/date-words.ts';
import type { Lang } from '../../core/vocabulary.ts';

import { DemandaError } from '../../errors/demanda-error.ts';
import type { Translate } from '../../i18n/messages.ts';
import { systemUser } from '../../workspace/actors.ts';
import type { Workspace } from '../../workspace.ts';
import { actionNamed } from '../action-named.ts';
import type { CommandContext, Shared } from '../context.ts';
import { say, sayJson } from '../output.ts';
import { renderTable } from '../table.ts';

const ACTIONS: Readonly<Record<string, 'list' | 'end' | 'end-all'>> = {
  list: 'list',
  listar: 'list',
  end: 'end',
  cerrar: 'end',
  'end-all': 'end-all',
  'cerrar-todas': 'end-all',
};

export function addSessions({ command, lang, t, withWorkspace }: CommandContext): void {
  command('sessions [action] [target]', 'sesiones', 'cmdSessions').action(
    (action: string | undefined, target: string | undefined, o: Shared) =>
      withWorkspace(o, (workspace) => sessionsCommand(workspace, { action, target }, lang, t, o.json === true)),
  );
}

/**
 * The command line is the machine's owner: it sees and ends the sessions of every merchant. @throws DemandaError USAGE,
 * OPTION_MISSING, SESSION_UNKNOWN
 */
async function sessionsCommand(
  workspace: Workspace,
  { action = 'list', target }: { readonly action?: string | undefined; readonly target?: string | undefined },
  lang: Lang,
  t: Translate,
  json: boolean,
): Promise<void> {
  const act = actionNamed(ACTIONS, action, t);
  const caller = { actor: systemUser('command'), merchant: null };
  let ended: number | null = null;
  if (act === 'end') {
    if (target === undefined) throw new DemandaError('OPTION_MISSING', { option: 'ID' });
    await workspace.access.endSession(caller, target);
    ended = 1;
  } else if (act === 'end-all') ended = await workspace.access.endOtherSessions(caller);
  const sessions: OpenSession[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Awaited<ReturnType<Workspace['access']['sessions']>> = await workspace.access.sessions(caller, {
      limit: 1_000,
      ...(cursor !== undefined && { cursor }),
    });
    sessions.push(...page.items);
    cursor = page.nextCursor;
  }
  if (json) {
    const { currency } = await workspace.settings();
    const items = sessions.map(({ current: _, ...session }) => session);
    sayJson({ schema: 1, currency, ...(ended !== null && { ended }), sessions: items });
    return;
  }
  if (ended !== null) say(`${t('sessionsEnded', { count: ended })}\n`);
  say(sessions.length === 0 ? `${t('sessionsNone')}\n` : `${table(sessions, lang, t)}\n`);
}

function table(sessions: readonly OpenSession[], lang: Lang, t: Translate): string {
  const at = (instant: string): string => momentWord(instant, lang);
  return renderTable(
    [
      // To the right, it is never cut: it is what `end` takes.
      { title: 'ID', right: true },
      { title: t('sessionWho') },
      { title: t('merchant'), spare: 1 },
      { title: t('sessionFrom'), spare: 2 },
      { title: t('sessionSince') },
      { title: t('sessionUsed'), spare: 3 },
      { title: t('sessionExpires'), spare: 4 },
    ],
    sessions.map((s) => [
      s.id,
      s.openedWith === 'link' ? t('sessionOwner') : t('sessionKey', { name: s.name }),
      s.merchant ?? t('allMerchants'),
      s.address ?? '–',
      at(s.createdAt),
      at(s.usedAt),
      at(s.expiresAt),
    ]),
  );
}
