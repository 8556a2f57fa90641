/** Alerts by e-mail, through the SMTP server that was set. */

import { isIP } from 'node:net';
import type { AlertSettings } from '../contract/alerts.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { checkedAddress, type LookUp } from './addresses.ts';

const TIMEOUT_MS = 15_000;

export interface Mail {
  readonly place: NonNullable<AlertSettings['email']>;
  readonly password: string | null;
  readonly subject: string;
  readonly text: string;
  /** The same for every attempt at one message. */
  readonly id: string;
  readonly allowPrivate: boolean;
  readonly lookUp?: LookUp;
}

/**
 * Hands a message to the server, once. A password goes over TLS only, but within the own network.
 *
 * @throws DemandaError ALERT_HOST_UNKNOWN, ALERT_HOST_PRIVATE, ALERT_MAIL_REFUSED
 */
export async function sendMail({ place, password, subject, text, id, allowPrivate, lookUp }: Mail): Promise<void> {
  const { host, port, secure, user, from, to } = place;
  const { address } = await checkedAddress(host, allowPrivate, lookUp);
  // Loaded by whoever sends: it is large.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    // The address that was checked; the certificate is the name's.
    host: address,
    port,
    secure,
    requireTLS: !secure && !allowPrivate,
    ...(user !== null && { auth: { user, pass: password ?? '' } }),
    tls: { ...(isIP(host) === 0 && { servername: host }), minVersion: 'TLSv1.2' },
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // No text of ours names a file or an address; should one ever, it is not read.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({ from, to: [...to], subject, text, messageId: `<${id}@demanda>` });
  } catch (error) {
    throw new DemandaError('ALERT_MAIL_REFUSED', { host, detail: plainReason(error) }, { cause: error });
  } finally {
    transport.close();
  }
}

/** What the server said, on one line; servers do not say passwords back. */
function plainReason(error: unknown): string {
  const { message = String(error) } = error as Error;
  return message.replace(/\s+/g, ' ').slice(0, 200);
}
