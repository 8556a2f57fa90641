/** Where alerts go, which ones and when; a test of them, and what was sent. */

import { useState } from 'preact/hooks';
import type { AlertsChanged, AlertsDocument, AlertTest } from '../../contract/alerts.ts';
import { ALERT_KINDS, type AlertKind } from '../../core/vocabulary.ts';
import { watchWords } from '../../i18n/watch-words.ts';
import { sendJson } from '../api-client.ts';
import { Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { useProblemToast } from '../parts/use-problem-toast.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { useResource } from '../use-resource.ts';
import { type AlertsDraft, changeOf, draftOf } from './alerts-draft.ts';
import { HoursFields, MailFields } from './alerts-fields.tsx';
import { AlertsLog } from './alerts-log.tsx';

export function AlertsSection() {
  const { t } = useSession();
  const alerts = useResource<AlertsDocument>('/api/alerts');
  const [secret, setSecret] = useState<string | null>(null);
  const [sent, setSent] = useState(0);
  if (alerts.problem) return <ProblemNote problem={alerts.problem} retry={alerts.reload} />;
  if (!alerts.data) return <Skeleton lines={6} />;
  return (
    <section class="stack">
      <p class="muted">{t('alertsLead')}</p>
      {secret !== null && (
        <Note icon="key">
          {t('alertsSecretShown')} <code>{secret}</code>
        </Note>
      )}
      <AlertsForm
        key={JSON.stringify(alerts.data.settings)}
        document={alerts.data}
        onSaved={({ webhookSecret }) => {
          if (webhookSecret !== null) setSecret(webhookSecret);
          alerts.reload();
        }}
        onTested={() => setSent(sent + 1)}
      />
      <AlertsLog key={sent} />
    </section>
  );
}

interface AlertsFormProps {
  readonly document: AlertsDocument;
  readonly onSaved: (changed: AlertsChanged) => void;
  readonly onTested: () => void;
}

function AlertsForm({ document, onSaved, onTested }: AlertsFormProps) {
  const { t } = useSession();
  const tellProblem = useProblemToast();
  const [draft, setDraft] = useState(draftOf(document.settings));
  const change = (part: Partial<AlertsDraft>): void => setDraft({ ...draft, ...part });

  async function save(): Promise<void> {
    try {
      onSaved(await sendJson<AlertsChanged>('PUT', '/api/alerts', changeOf(draft)));
      showToast(t('saved'));
    } catch (error) {
      tellProblem(error);
    }
  }
  /** What stands in the form is tried, saved or not. */
  async function test(form: HTMLFormElement | null): Promise<void> {
    if (!form?.reportValidity()) return;
    try {
      const { results } = await sendJson<AlertTest>('POST', '/api/alerts/test', changeOf(draft));
      if (results.length === 0) showToast(t('alertsTestNone'));
      for (const { channel, failure } of results) {
        const name = t(channel === 'webhook' ? 'alertsWebhook' : 'alertsMail');
        showToast(failure === null ? t('alertsTestOk', { channel: name }) : `${name}: ${failure}`);
      }
      onTested();
    } catch (error) {
      tellProblem(error);
    }
  }
  return (
    <form
      class="card pad stack settings"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <WebhookField url={draft.webhook} onChange={(webhook) => change({ webhook })} />
      <MailFields draft={draft} hasPassword={document.hasPassword} onChange={change} />
      <KindFields kinds={draft.kinds} onChange={(kinds) => change({ kinds })} />
      <HoursFields draft={draft} onChange={change} />
      <div class="row">
        <button type="submit" class="button primary">
          {t('save')}
        </button>
        <button type="button" class="button" onClick={(event) => test(event.currentTarget.form)}>
          {t('alertsTest')}
        </button>
      </div>
      <p class="muted small">{t('alertsTestHint')}</p>
    </form>
  );
}

function KindFields({
  kinds,
  onChange,
}: {
  readonly kinds: readonly AlertKind[];
  readonly onChange: (kinds: readonly AlertKind[]) => void;
}) {
  const { t, lang } = useSession();
  const { alertKinds } = watchWords(lang);
  return (
    <fieldset class="stack tight">
      <legend>{t('alertsKinds')}</legend>
      {ALERT_KINDS.map((kind) => (
        <label class="check" key={kind}>
          <input
            type="checkbox"
            checked={kinds.includes(kind)}
            onChange={(event) =>
              onChange(event.currentTarget.checked ? [...kinds, kind] : kinds.filter((other) => other !== kind))
            }
          />
          {alertKinds[kind]}
        </label>
      ))}
    </fieldset>
  );
}

function WebhookField({ url, onChange }: { readonly url: string; readonly onChange: (url: string) => void }) {
  const { t } = useSession();
  return (
    <div class="setting">
      <label class="field">
        <span>{t('alertsWebhook')}</span>
        <input
          class="input"
          type="url"
          pattern="https?://.+"
          maxLength={2_000}
          value={url}
          placeholder="https://"
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      </label>
      <p class="muted small">{t('alertsWebhookHint')}</p>
    </div>
  );
}
