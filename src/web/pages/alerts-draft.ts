/** What the form for alerts holds while it is filled in, from the settings and back. */

import type { AlertSettings, AlertsChange } from '../../contract/alerts.ts';
import type { AlertKind } from '../../core/vocabulary.ts';

const SMTP_PORT = 587;

/** What the form holds while it is filled in. */
export interface AlertsDraft {
  readonly webhook: string;
  readonly to: string;
  readonly mail: Omit<NonNullable<AlertSettings['email']>, 'to'>;
  readonly password: string;
  readonly kinds: readonly AlertKind[];
  readonly daily: boolean;
  readonly digestAt: string;
  readonly quiet: AlertSettings['quiet'];
}

export function draftOf({ webhook, email, kinds, rhythm, digestAt, quiet }: AlertSettings): AlertsDraft {
  const { to, ...mail } = email ?? { to: [], host: '', port: SMTP_PORT, secure: false, user: null, from: '' };
  return {
    webhook: webhook?.url ?? '',
    to: to.join(', '),
    mail,
    password: '',
    kinds,
    daily: rhythm === 'daily',
    digestAt,
    quiet,
  };
}

export function changeOf({ webhook, to, mail, password, kinds, daily, digestAt, quiet }: AlertsDraft): AlertsChange {
  const receivers = to
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  return {
    webhook: webhook.trim() === '' ? null : { url: webhook.trim() },
    email: receivers.length === 0 ? null : { ...mail, to: receivers },
    ...(password !== '' && { password }),
    kinds: [...kinds],
    rhythm: daily ? 'daily' : 'each',
    digestAt,
    quiet,
  };
}
