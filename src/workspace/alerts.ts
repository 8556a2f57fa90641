/** Alerts of a workspace: where they go, what waits to be sent, and how it arrived. */

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { sendMail } from '../alerts/email.ts';
import { goesAt, nextAttempt } from '../alerts/timing.ts';
import { callWebhook, newWebhookSecret, requireWebhookUrl } from '../alerts/webhook.ts';
import type {
  AlertMessage,
  AlertSettings,
  AlertsChange,
  AlertsChanged,
  AlertsDocument,
  AlertTest,
  DeliveryItem,
} from '../contract/alerts.ts';
import type { JournalEntry } from '../contract/store/journal.ts';
import { ALERT_CHANNELS, ALERT_KINDS, type AlertChannel, type AlertKind } from '../core/vocabulary.ts';
import { zoneNamed } from '../data/reading/zone-days.ts';
import { translator } from '../i18n/messages.ts';
import { deedNow, header, settingsOf, type WorkspaceContext } from './context.ts';
import { messageOf } from './failure-message.ts';
import { type ListDocument, listDocument, type PageQuery, pageAsked } from './pages.ts';
import { takeTurn } from './turn.ts';

const KIND = 'alerts';
/** Names of the secrets. */
const WEBHOOK_SECRET = 'alerts-webhook';
const PASSWORD = 'alerts-smtp-password';
/** Deliveries that are kept, and those among which waiting ones are looked for. */
const KEPT = 5_000;
const LOOKED_AT = 1_000;
/** Whoever sends and dies holds the sending for so long. */
const SENDING_MS = 2 * 60_000;
/** Between the attempts of a command, which ends soon; what then fails still waits for the next one. */
const QUICK_WAITS_MS = [1_000, 4_000] as const;
/** Lines of a message by e-mail. */
const MOST_LINES = 200;

type Delivery = Omit<DeliveryItem, 'id' | 'at'>;
/** Secrets by their names; null takes one away. */
type Secrets = Readonly<Record<string, string | null>>;
type WaitingDelivery = Delivery & { readonly id: number };

const NONE: Omit<AlertSettings, 'timezone'> = {
  webhook: null,
  email: null,
  kinds: [...ALERT_KINDS],
  rhythm: 'each',
  digestAt: '08:00',
  quiet: null,
  privateAddresses: false,
};

export class Alerts {
  private readonly context: WorkspaceContext;

  constructor(context: WorkspaceContext) {
    this.context = context;
  }

  /** Where alerts go and which, without their secrets. */
  async show(): Promise<AlertsDocument> {
    const { journal } = this.context.store;
    return {
      ...(await header(this.context)),
      settings: await this.settings(),
      hasWebhookSecret: (await journal.secret(WEBHOOK_SECRET)) !== null,
      hasPassword: (await journal.secret(PASSWORD)) !== null,
    };
  }

  /**
   * Changes what is given.
   *
   * @param privateAddresses allows or forbids addresses of the own network; who changes an address without saying so
   * forbids them
   * @returns with the webhook's secret where it is new: it is shown this once
   * @throws DemandaError ALERT_URL, IMPORT_TIMEZONE
   */
  async change(
    { password, newSecret, ...change }: AlertsChange,
    { privateAddresses }: { readonly privateAddresses?: boolean } = {},
  ): Promise<AlertsChanged> {
    const { store } = this.context;
    const before = await this.settings();
    const settings = changed(before, change, privateAddresses);
    const secrets = await this.newSecrets(before, change, password, newSecret === true);
    // Names of what was changed: an address may hold a key of whoever receives it.
    const detail = { alerts: [...Object.keys(change), ...Object.keys(secrets)].join(', ') };
    const deed = deedNow(this.context, 'alerts.change', null, detail);
    await store.journal.setSecrets(secrets, deed, { kind: KIND, key: 'settings', document: settings });
    return { ...(await this.show()), webhookSecret: secrets[WEBHOOK_SECRET] ?? null };
  }

  private async newSecrets(
    before: AlertSettings,
    { webhook, email }: AlertsChange,
    password: string | null | undefined,
    newSecret: boolean,
  ): Promise<Secrets> {
    const known = (await this.context.store.journal.secret(WEBHOOK_SECRET)) !== null;
    const isOther = webhook && webhook.url !== before.webhook?.url;
    return {
      ...(webhook === null && known && { [WEBHOOK_SECRET]: null }),
      ...((isOther || newSecret || (webhook && !known)) && { [WEBHOOK_SECRET]: newWebhookSecret() }),
      // A password is of one server: another must not be given it.
      ...((email === null || (email && email.host !== before.email?.host)) && { [PASSWORD]: null }),
      ...(password !== undefined && { [PASSWORD]: password }),
    };
  }

  /** What somebody hears of; nothing where no channel is set. */
  async kinds(): Promise<ReadonlySet<AlertKind>> {
    const settings = await this.settings();
    return new Set(channelsOf(settings).length === 0 ? [] : settings.kinds);
  }

  /** Sends what may go now; the rest waits. @returns how many deliveries there are of each channel */
  async tell(messages: readonly AlertMessage[]): Promise<number> {
    const settings = await this.settings();
    const wanted = messages.filter(({ kind }) => settings.kinds.includes(kind));
    const channels = channelsOf(settings);
    if (wanted.length === 0 || channels.length === 0) return 0;
    const now = Date.now();
    const nextAt = new Date(goesAt(now, settings)).toISOString();
    const nothing = { state: 'waiting', message: null, attempts: 0, sentAt: null, failure: null } as const;
    const entries = channels.map((channel) => {
      const detail: Delivery = { ...nothing, channel, nextAt, messages: wanted };
      return { at: new Date(now).toISOString(), merchant: null, detail };
    });
    await this.context.store.journal.add('alert', entries, KEPT);
    return entries.length;
  }

  /**
   * Sends what waits and is due, all of a channel in one message. One sends at a time: another finds nothing to do.
   *
   * @param patient whether it tries again by itself some seconds later
   * @returns how many deliveries were sent, failed for now, and for good
   */
  async flush({ patient = false }: { readonly patient?: boolean } = {}): Promise<{
    readonly sent: number;
    readonly waiting: number;
    readonly failed: number;
  }> {
    const counts = { sent: 0, waiting: 0, failed: 0 };
    const turn =
      (await this.due()).length === 0
        ? null
        : await takeTurn(this.context.store.documents, [KIND, 'sending'], SENDING_MS);
    if (turn === null) return counts;
    try {
      // What went together before goes together again, under the id that it had.
      const due = Map.groupBy(await this.due(), ({ channel, message }) => JSON.stringify([channel, message]));
      for (const deliveries of due.values()) await this.send(deliveries, patient, counts);
    } finally {
      await turn.end();
    }
    return counts;
  }

  /**
   * Sends a message to every channel, now, whatever the hour.
   *
   * @param draft is tried as if it were saved, and is not: the password of the server that is set goes to no other, and a
   * webhook that is new is signed by a secret that nobody keeps
   * @throws DemandaError ALERT_URL, IMPORT_TIMEZONE
   */
  async test({ password, newSecret: _, ...draft }: AlertsChange = {}): Promise<AlertTest> {
    const before = await this.settings();
    const settings = changed(before, draft, undefined);
    const secrets = await this.newSecrets(before, draft, password, false);
    const t = translator(this.context.lang);
    const at = new Date().toISOString();
    const messages: AlertMessage[] = [{ kind: 'waiting', at, merchant: null, product: null, text: t('alertTestText') }];
    const results: AlertTest['results'] = [];
    for (const channel of ALERT_CHANNELS) {
      if (settings[channel] === null) continue;
      const failure = await this.attempt(channel, messages, `test_${randomUUID()}`, settings, secrets);
      results.push({ channel, ok: failure === null, failure });
    }
    const failed = results.filter(({ ok }) => !ok).length;
    const detail = { done: results.length - failed, failed };
    await this.context.store.access.addAudit(deedNow(this.context, 'alerts.test', null, detail));
    return { ...(await header(this.context)), results };
  }

  /** What was sent and what waits, newest first. */
  async deliveries(page: PageQuery): Promise<ListDocument<DeliveryItem>> {
    const found = await this.context.store.journal.list('alert', null, pageAsked(page, 1));
    return listDocument(await header(this.context), found, deliveryOf);
  }

  private async settings(): Promise<AlertSettings> {
    const kept = (await this.context.store.documents.read(KIND, 'settings')) as AlertSettings | null;
    const timezone = (await settingsOf(this.context)).timezone || Intl.DateTimeFormat().resolvedOptions().timeZone;
    return { timezone, ...NONE, ...kept };
  }

  private async due(): Promise<WaitingDelivery[]> {
    const { items } = await this.context.store.journal.list('alert', null, { limit: LOOKED_AT, after: null });
    const now = new Date().toISOString();
    return items
      .map(deliveryOf)
      .filter(({ state, nextAt }) => state === 'waiting' && nextAt !== null && nextAt <= now)
      .reverse();
  }

  private async send(
    deliveries: readonly WaitingDelivery[],
    patient: boolean,
    counts: { sent: number; waiting: number; failed: number },
  ): Promise<void> {
    const settings = await this.settings();
    const messages = deliveries.flatMap((one) => one.messages);
    const { channel, message } = deliveries[0] as WaitingDelivery;
    const id = message ?? `msg_${randomUUID()}`;
    let failure = await this.attempt(channel, messages, id, settings);
    for (const wait of patient ? QUICK_WAITS_MS : []) {
      if (failure === null) break;
      await pause(wait);
      failure = await this.attempt(channel, messages, id, settings);
    }
    for (const { id: number, ...delivery } of deliveries) {
      const attempts = delivery.attempts + 1;
      const next = failure === null ? null : nextAttempt(Date.now(), attempts, settings);
      const state = failure === null ? 'sent' : next === null ? 'failed' : 'waiting';
      counts[state]++;
      const change: Delivery = {
        ...delivery,
        state,
        message: id,
        attempts,
        failure,
        nextAt: next === null ? null : new Date(next).toISOString(),
        sentAt: failure === null ? new Date().toISOString() : null,
      };
      await this.context.store.journal.change(number, change);
    }
  }

  /** @param secrets in the place of those that are kept @returns why it failed; null where it did not */
  private async attempt(
    channel: AlertChannel,
    messages: readonly AlertMessage[],
    id: string,
    settings: AlertSettings,
    secrets: Secrets = {},
  ): Promise<string | null> {
    const { store, lang } = this.context;
    const allowPrivate = settings.privateAddresses;
    const secretOf = async (name: string): Promise<string | null> =>
      secrets[name] === undefined ? await store.journal.secret(name) : secrets[name];
    try {
      if (channel === 'webhook' && settings.webhook) {
        const secret = (await secretOf(WEBHOOK_SECRET)) ?? '';
        const now = Date.now();
        const body = JSON.stringify({
          type: 'demanda.alerts',
          timestamp: new Date(now).toISOString(),
          data: { messages },
        });
        await callWebhook({ url: settings.webhook.url, secret, id, body, now, allowPrivate });
      } else if (channel === 'email' && settings.email) {
        const password = await secretOf(PASSWORD);
        const t = translator(lang);
        const [first] = messages;
        const subject =
          messages.length === 1 && first
            ? t('alertSubjectOne', { text: first.text })
            : t('alertSubject', { count: messages.length });
        const lines = messages.slice(0, MOST_LINES).map((message) => `- ${message.text}`);
        if (messages.length > MOST_LINES) lines.push(t('alertMore', { count: messages.length - MOST_LINES }));
        const text = `${lines.join('\n')}\n\n${t('alertFoot')}\n`;
        await sendMail({ place: settings.email, password, subject: subject.slice(0, 200), text, id, allowPrivate });
      }
      return null;
    } catch (error) {
      return messageOf(error, lang).message;
    }
  }
}

/**
 * The settings with what is changed of them; see {@link Alerts.change}. @throws DemandaError ALERT_URL, IMPORT_TIMEZONE
 */
function changed(
  before: AlertSettings,
  change: Omit<AlertsChange, 'password' | 'newSecret'>,
  privateAddresses: boolean | undefined,
): AlertSettings {
  const moved =
    (change.webhook && change.webhook.url !== before.webhook?.url) ||
    (change.email && (change.email.host !== before.email?.host || change.email.port !== before.email?.port));
  const allowed = privateAddresses ?? (moved ? false : before.privateAddresses);
  if (change.webhook) requireWebhookUrl(change.webhook.url, allowed);
  return {
    ...before,
    ...change,
    ...(change.timezone !== undefined && { timezone: zoneNamed(change.timezone) }),
    privateAddresses: allowed,
  };
}

function channelsOf(settings: AlertSettings): AlertChannel[] {
  return ALERT_CHANNELS.filter((channel) => settings[channel] !== null);
}

function deliveryOf({ id, at, detail }: JournalEntry): DeliveryItem {
  return { id, at, message: null, ...(detail as Omit<Delivery, 'message'>) };
}
