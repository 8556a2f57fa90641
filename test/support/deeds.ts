/** Deeds as the audit log is given them, for calls of the store. */

import type { AuditAction } from '../../src/contract/audit-actions.ts';
import type { Deed } from '../../src/contract/store/deed.ts';

export const ACTOR = { kind: 'library', id: 'test', name: 'test' } as const;

export function deedOf(action: AuditAction, merchant: string | null = null): Deed {
  return { at: '2026-01-01T00:00:00.000Z', actor: ACTOR, action, merchant, detail: {} };
}

/** What an import of everybody's rows is committed with besides its options. */
export const IMPORTED = { knownFor: null, deed: () => deedOf('import.commit') } as const;
