/** Everything that the audit log tells of. */

export const AUDIT_ACTIONS = [
  'key.create',
  'key.revoke',
  'session.open',
  'session.refuse',
  'session.end',
  'store.migrate',
  'store.restore',
  'import.upload',
  'import.remove',
  'import.commit',
  'import.undo',
  'settings.change',
  'guardrails.change',
  'model.alias',
  'model.rollback',
  'model.delete',
  'model.import',
  'training.start',
  'training.stop',
  'training.resume',
  'training.end',
  'recommendation.propose',
  'recommendation.reviewed',
  'recommendation.approved',
  'recommendation.rejected',
  'recommendation.proposed',
  'recommendation.export',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Figures of an entry's details that are said with a word. */
export const AUDIT_FIGURES = [
  'accepted',
  'rejected',
  'replaced',
  'bytes',
  'cells',
  'done',
  'failed',
  'version',
  'proposed',
  'standing',
  'count',
  'price',
  'computedPrice',
  'gain',
] as const;
export type AuditFigure = (typeof AUDIT_FIGURES)[number];
