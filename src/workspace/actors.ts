/** Who acts where nobody signed in. */

import { userInfo } from 'node:os';
import type { AuditAction } from '../contract/audit-actions.ts';
import type { Actor, Deed } from '../contract/store/deed.ts';

/**
 * Makes an audit entry of what is done now by whoever a workspace works for. @param merchant whose log it stands in;
 * null: the workspace's alone
 */
export type DeedMaker = (
  action: AuditAction,
  merchant: string | null,
  detail: Readonly<Record<string, unknown>>,
) => Deed;

/** The merchant whose cells they all are, of cells that come one by one; null where there are several or none. */
export async function soleMerchant(
  cells: AsyncIterable<{ readonly merchant: string }> | Iterable<{ readonly merchant: string }>,
): Promise<string | null> {
  let only: string | null = null;
  for await (const { merchant } of cells) {
    if (only !== null && merchant !== only) return null;
    only = merchant;
  }
  return only;
}

/** The system's user at the command line or in a program. */
export function systemUser(kind: 'command' | 'library'): Actor {
  const name = userName();
  return { kind, id: name, name };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the system's list, as containers often run with, has no name.
    return String(process.getuid?.() ?? 'unknown');
  }
}
