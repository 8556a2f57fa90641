/** `alerts`: where messages go, which ones and when; a test of them, and what was sent. */

import type { AlertSettings, AlertsChange, AlertsDocument, DeliveryItem } from '../../contract/alerts.ts';
import { momentWord } from '../../contract/date-words.ts';
import type { OptionsOf } from '../../contract/options/option.ts';
import { ALERTS } from '../../contract/options/watch.ts';
import { ALERT_KINDS, type AlertChannel, type AlertKind, type Lang } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import type { MessageKey, Translate } from '../../i18n/messages.ts';
import { watchWords } from '../../i18n/watch-words.ts';
import type { Workspace } from '../../workspace.ts';
import { actionNamed } from '../action-named.ts';
import type { CommandContext, Options } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson, tell } from '../output.ts';
import { renderTable, wrapped } from '../table.ts';

const ACTIONS: Readonly<Record<string, 'show' | 'set' | 'test' | 'log' | 'send'>> = {
  show: 'show',
  ver: 'show',
  set: 'set',
  ajustar: 'set',
  test: 'test',
  probar: 'test',
  log: 'log',
  registro: 'log',
  send: 'send',
  enviar: 'send',
};
/** Kinds as they may be typed in Spanish. */
const KIND_NAMES: Readonly<Record<string, AlertKind>> = {
  ...(Object.fromEntries(ALERT_KINDS.map((kind) => [kind, kind])) as Record<AlertKind, AlertKind>),
  fallo: 'failed',
  peor: 'worse',
  'datos-viejos': 'old-data',
  cambio: 'drift',
  perdida: 'lost',
  espera: 'waiting',
};
const CHANNELS: Readonly<Record<AlertChannel, MessageKey>> = { webhook: 'alertsWebhook', email: 'alertsMail' };
/** The command line of a process is seen by others of the machine: the password is not on it. */
const PASSWORD_VARIABLE = 'DEMANDA_SMTP_PASSWORD';
const SMTP_PORT = 587;
const SMTPS_PORT = 465;
const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;
const MOST_LISTED = 50;

export function addAlerts({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = addOptions(command('alerts [action]', 'avisos', 'cmdAlerts'), ALERTS, t);
  made.addHelpText('after', `\n${t('alertsPassword', { variable: PASSWORD_VARIABLE })}`);
  made.action((action: string | undefined, o: Options) =>
    withWorkspace(o, (workspace) => alertsCommand(workspace, action, o, lang, t)),
  );
}

/** @throws DemandaError USAGE, ALERT_VALUE, ALERT_MAIL_PARTS, and what the alerts of a workspace throw */
async function alertsCommand(
  workspace: Workspace,
  action: string | undefined,
  o: Options,
  lang: Lang,
  t: Translate,
): Promise<void> {
  const given = readOptions(ALERTS, o);
  // Who gives something to set need not say so.
  const isChange = Object.values(given).some((value) => value !== undefined);
  const act = actionNamed(ACTIONS, action ?? (isChange ? 'set' : 'show'), t);
  const { alerts } = workspace;
  if (act === 'test') {
    const document = await alerts.test();
    if (document.results.some(({ ok }) => !ok)) process.exitCode = 1;
    if (o.json) return sayJson(document);
    if (document.results.length === 0) return say(`${t('alertsNoPlace')}\n`);
    for (const { channel, failure } of document.results) {
      const name = t(CHANNELS[channel]);
      if (failure === null) say(`${t('alertsTested', { channel: name })}\n`);
      else tell(`${wrapped(t('alertsTestFailed', { channel: name, failure }))}\n`);
    }
    return;
  }
  if (act === 'send') {
    const sent = await alerts.flush({ patient: true });
    return o.json ? sayJson(sent) : say(`${t('watchAlertsSent', sent)}\n`);
  }
  if (act === 'log') {
    const document = await alerts.deliveries({ limit: MOST_LISTED });
    if (o.json) return sayJson(document);
    return say(document.items.length === 0 ? `${t('alertsLogNone')}\n` : `${logTable(document.items, lang, t)}\n`);
  }
  if (act === 'show') {
    const document = await alerts.show();
    return o.json ? sayJson(document) : say(shown(document, lang, t));
  }
  const { allowPrivate } = given;
  const before = (await alerts.show()).settings;
  const document = await alerts.change(
    changeOf(given, before, t),
    allowPrivate === undefined ? {} : { privateAddresses: allowPrivate === 'yes' },
  );
  if (o.json) return sayJson(document);
  say(shown(document, lang, t));
  if (document.webhookSecret !== null) say(`${t('alertsSecret', { secret: document.webhookSecret })}\n`);
}

function changeOf(given: OptionsOf<typeof ALERTS>, before: AlertSettings, t: Translate): AlertsChange {
  const { webhook, newSecret, kinds, digest, quietHours, timezone } = given;
  const password = process.env[PASSWORD_VARIABLE];
  const email = mailOf(given, before.email, t);
  return {
    ...(webhook !== undefined && { webhook: webhook === null ? null : { url: webhook } }),
    ...(newSecret && { newSecret: true as const }),
    ...(email !== undefined && { email }),
    ...(password !== undefined && password !== '' && { password }),
    ...(kinds !== undefined && { kinds: kindsOf(kinds) }),
    ...(digest !== undefined && digestOf(digest)),
    ...(quietHours !== undefined && { quiet: quietOf(quietHours) }),
    ...(timezone !== undefined && { timezone }),
  };
}

/** Undefined where nothing of it is given. @throws DemandaError ALERT_MAIL_PARTS */
function mailOf(
  { mailTo, mailFrom, smtpHost, smtpPort, smtpUser, smtpTls }: OptionsOf<typeof ALERTS>,
  before: AlertSettings['email'],
  t: Translate,
): AlertSettings['email'] | undefined {
  if (mailTo === null) return null;
  const all = [mailTo, mailFrom, smtpHost, smtpPort, smtpUser, smtpTls];
  if (all.every((one) => one === undefined)) return undefined;
  const to = mailTo?.split(',').map((one) => one.trim()) ?? before?.to;
  const from = mailFrom ?? before?.from;
  const host = smtpHost ?? before?.host;
  if (to === undefined || from === undefined || host === undefined) throw new DemandaError('ALERT_MAIL_PARTS', {});
  for (const [option, address] of [['--mail-from', from], ...to.map((one) => ['--mail-to', one])] as const)
    if (!/^[^\s<>@,;]+@[^\s<>@,;]+$|<[^\s<>@,;]+@[^\s<>@,;]+>$/.test(address as string))
      throw new DemandaError('ALERT_VALUE', {
        option: option as string,
        value: address as string,
        rule: t('alertMailShape'),
      });
  const port = smtpPort ?? before?.port ?? (smtpTls ? SMTPS_PORT : SMTP_PORT);
  const user = smtpUser === undefined ? (before?.user ?? null) : smtpUser;
  return { host, port, secure: smtpTls ?? before?.secure ?? port === SMTPS_PORT, user, from, to: [...to] };
}

/** @throws DemandaError ALERT_VALUE */
function kindsOf(value: string): AlertKind[] {
  return value.split(',').map((part) => {
    const name = part.trim();
    const kind = Object.hasOwn(KIND_NAMES, name) ? KIND_NAMES[name] : undefined;
    if (kind === undefined)
      throw new DemandaError('ALERT_VALUE', { option: '--kinds', value: part.trim(), rule: ALERT_KINDS.join(', ') });
    return kind;
  });
}

/** @throws DemandaError ALERT_VALUE */
function digestOf(value: string | null): Pick<AlertsChange, 'rhythm' | 'digestAt'> {
  if (value === null) return { rhythm: 'each' };
  if (!CLOCK.test(value)) throw new DemandaError('ALERT_VALUE', { option: '--digest', value, rule: '08:00, off' });
  return { rhythm: 'daily', digestAt: value };
}

/** @throws DemandaError ALERT_VALUE */
function quietOf(value: string | null): AlertSettings['quiet'] {
  if (value === null) return null;
  const [from = '', to = ''] = value.split('-');
  if (!CLOCK.test(from) || !CLOCK.test(to) || from === to)
    throw new DemandaError('ALERT_VALUE', { option: '--quiet-hours', value, rule: '22:00-07:00, off' });
  return { from, to };
}

function shown({ settings, hasPassword }: AlertsDocument, lang: Lang, t: Translate): string {
  const { webhook, email, kinds, rhythm, digestAt, quiet, timezone } = settings;
  const { alertKinds } = watchWords(lang);
  const when = [
    rhythm === 'each' ? t('alertsAtOnce') : t('alertsDaily', { time: digestAt }),
    ...(quiet ? [t('alertsQuiet', quiet)] : []),
    timezone,
  ].join(' · ');
  const mail =
    email === null
      ? t('alertsNone')
      : `${email.to.join(', ')} (${email.user === null ? '' : `${email.user}${hasPassword ? ' ***' : ''} @ `}${email.host}:${email.port})`;
  const lines = [
    `${t('alertsWebhook')}: ${webhook?.url ?? t('alertsNone')}`,
    `${t('alertsMail')}: ${mail}`,
    `${t('alertsKinds')}: ${kinds.map((kind) => alertKinds[kind]).join('; ') || t('alertsNone')}`,
    `${t('alertsWhen')}: ${when}`,
    ...(webhook === null && email === null ? [t('alertsNoPlace')] : []),
  ];
  return `${lines.map((line) => wrapped(line)).join('\n')}\n`;
}

function logTable(items: readonly DeliveryItem[], lang: Lang, t: Translate): string {
  const { deliveryStates } = watchWords(lang);
  return renderTable(
    [
      { title: t('alertsAt') },
      { title: t('alertsMail'), spare: 2 },
      { title: t('alertsState') },
      { title: t('alertsText'), spare: 1 },
    ],
    items.map(({ at, channel, state, failure, messages }) => [
      momentWord(at, lang),
      t(CHANNELS[channel]),
      deliveryStates[state],
      failure ?? messages.map(({ text }) => text).join(' · '),
    ]),
  );
}
