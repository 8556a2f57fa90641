/** Audit entries in plain words. */

import type { AuditEntry } from '../../contract/api.ts';
import type { WebKey, WebTranslate } from '../../i18n/web-messages.ts';

const ACTIONS: Readonly<Record<string, WebKey>> = {
  'key.create': 'auditKeyCreate',
  'key.revoke': 'auditKeyRevoke',
  'session.open': 'auditSessionOpen',
  'recommendation.reviewed': 'auditReviewed',
  'recommendation.approved': 'auditApproved',
  'recommendation.rejected': 'auditRejected',
  'recommendation.proposed': 'auditProposed',
  'recommendation.export': 'auditExport',
  'settings.change': 'auditSettings',
  'guardrails.change': 'auditGuardrails',
  'model.alias': 'auditAlias',
  'model.rollback': 'auditRollback',
  'training.start': 'auditTrainingStart',
  'training.stop': 'auditTrainingStop',
  'training.resume': 'auditTrainingResume',
  'import.commit': 'auditImport',
};
/** Of a long detail, so many characters. */
const MOST_DETAIL = 160;

/** What was done, and to what. An action that a newer server knows is shown by its name. */
export function auditWords({ action, detail }: AuditEntry, t: WebTranslate): string {
  const key = ACTIONS[action];
  const facts = Object.values(detail)
    .flatMap((value) => (Array.isArray(value) ? [value.length > 3 ? String(value.length) : value.join(', ')] : [value]))
    .filter((value) => (typeof value === 'string' && value !== '') || typeof value === 'number')
    .join(' · ')
    .slice(0, MOST_DETAIL);
  const what = key === undefined ? action : t(key);
  return facts === '' ? what : `${what}: ${facts}`;
}

/** Who did it: the person at this computer, or who holds a key by its name. */
export function actorWords(actor: string, t: WebTranslate): string {
  const name = actor.replace(/^(session|key):/, '');
  return name === 'owner' || name === 'serve' ? t('actorOwner') : t('actorKey', { name });
}
