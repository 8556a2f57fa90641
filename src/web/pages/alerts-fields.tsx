/** Fields of the form for alerts: the e-mail and its server, and the hours. */

import { useSession } from '../session.tsx';
import type { AlertsDraft } from './alerts-draft.ts';

/** An address, or one in angle brackets behind a name: as the API takes it. */
const MAILBOX = '[^<>@,]*<?[^\\s<>@,;]+@[^\\s<>@,;]+>?';
const MAILBOXES = `${MAILBOX}(,${MAILBOX})*`;

interface FieldsProps {
  readonly draft: AlertsDraft;
  readonly onChange: (part: Partial<AlertsDraft>) => void;
}

interface MailFieldsProps extends FieldsProps {
  readonly hasPassword: boolean;
}

export function MailFields({ draft, hasPassword, onChange }: MailFieldsProps) {
  const { t } = useSession();
  const { to } = draft;
  return (
    <>
      <div class="setting">
        <label class="field">
          <span>{t('alertsMail')}</span>
          <input
            class="input"
            value={to}
            pattern={MAILBOXES}
            placeholder="a@b.es, c@d.es"
            onInput={(event) => onChange({ to: event.currentTarget.value })}
          />
        </label>
      </div>
      {to.trim() !== '' && <ServerFields draft={draft} hasPassword={hasPassword} onChange={onChange} />}
    </>
  );
}

/** The server that e-mail goes by, and who signs in to it. */
function ServerFields({ draft, hasPassword, onChange }: MailFieldsProps) {
  const { t } = useSession();
  const { mail } = draft;
  const change = (part: Partial<AlertsDraft['mail']>): void => onChange({ mail: { ...mail, ...part } });
  return (
    <div class="stack">
      <TextField
        label={t('alertsFrom')}
        value={mail.from}
        pattern={MAILBOX}
        required
        onChange={(from) => change({ from })}
      />
      <TextField
        label={t('alertsHost')}
        value={mail.host}
        pattern="[\w.:\-]+"
        required
        onChange={(host) => change({ host: host.trim() })}
      />
      <label class="field">
        <span>{t('alertsPort')}</span>
        <input
          class="input"
          type="number"
          min={1}
          max={65_535}
          required
          value={mail.port === 0 ? '' : mail.port}
          onInput={(event) => change({ port: event.currentTarget.valueAsNumber || 0 })}
        />
      </label>
      <TextField label={t('alertsUser')} value={mail.user ?? ''} onChange={(user) => change({ user: user || null })} />
      <label class="field">
        <span>{t('alertsPassword')}</span>
        <input
          class="input"
          type="password"
          autocomplete="new-password"
          value={draft.password}
          placeholder={hasPassword ? t('alertsPasswordKept') : ''}
          onInput={(event) => onChange({ password: event.currentTarget.value })}
        />
      </label>
      <SecureField secure={mail.secure} onChange={(secure) => change({ secure })} />
    </div>
  );
}

function SecureField({ secure, onChange }: { readonly secure: boolean; readonly onChange: (on: boolean) => void }) {
  const { t } = useSession();
  return (
    <label class="check">
      <input type="checkbox" checked={secure} onChange={(event) => onChange(event.currentTarget.checked)} />
      {t('alertsTls')}
    </label>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly pattern?: string;
  readonly required?: boolean;
  readonly onChange: (value: string) => void;
}

function TextField({ label, value, onChange, ...rules }: TextFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        class="input"
        maxLength={320}
        value={value}
        {...rules}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
}

export function HoursFields({ draft, onChange }: FieldsProps) {
  const { t } = useSession();
  const { daily, digestAt, quiet } = draft;
  return (
    <div class="stack tight">
      <div class="row">
        <label class="check">
          <input
            type="checkbox"
            checked={daily}
            onChange={(event) => onChange({ daily: event.currentTarget.checked })}
          />
          {t('alertsDaily')}
        </label>
        <ClockField
          label={t('alertsDailyAt')}
          value={digestAt}
          off={!daily}
          onChange={(at) => onChange({ digestAt: at })}
        />
      </div>
      <div class="row">
        <label class="check">
          <input
            type="checkbox"
            checked={quiet !== null}
            onChange={(event) =>
              onChange({ quiet: event.currentTarget.checked ? { from: '22:00', to: '07:00' } : null })
            }
          />
          {t('alertsQuiet')}
        </label>
        <ClockField
          label={t('alertsQuietFrom')}
          value={quiet?.from ?? '22:00'}
          off={quiet === null}
          onChange={(from) => onChange({ quiet: { from, to: quiet?.to ?? '07:00' } })}
        />
        {t('alertsQuietAnd')}
        <ClockField
          label={t('alertsQuietTo')}
          value={quiet?.to ?? '07:00'}
          off={quiet === null}
          onChange={(to) => onChange({ quiet: { from: quiet?.from ?? '22:00', to } })}
        />
      </div>
    </div>
  );
}

function ClockField({
  label,
  value,
  off,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly off: boolean;
  readonly onChange: (value: string) => void;
}) {
  return (
    <input
      class="input"
      style={{ width: 'auto' }}
      type="time"
      aria-label={label}
      required
      disabled={off}
      value={value}
      onInput={(event) => onChange(event.currentTarget.value)}
    />
  );
}
