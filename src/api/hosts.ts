/**
 * The names that a server answers to: a page of another name, which its owner's DNS leads here, must not read what this
 * machine's pages may.
 */

import { isIPv4 } from 'node:net';

/** A name or an address as one writes it in a Host header, without port; null when it is none. */
export function hostName(header: string): string | null {
  if (!/^[\w.:[\]-]+$/.test(header)) return null;
  try {
    return new URL(`http://${header}`).hostname.replace(/\.$/, '');
  } catch {
    return null;
  }
}

/**
 * Whether a request came to a name that is served: this machine's own, those that were named, or the very address that
 * the connection came in at.
 *
 * @param named as `hostName` writes them
 */
export function isServedHost(
  header: string | undefined,
  named: ReadonlySet<string>,
  localAddress: string | undefined,
): boolean {
  const name = hostName(header ?? '');
  if (name === null) return false;
  return isThisMachine(name) || named.has(name) || (localAddress !== undefined && name === hostOf(localAddress));
}

/** Whether a name, as `hostName` writes it, or an address is reached from this machine alone. */
export function isThisMachine(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

/** An address as a Host header has it: in brackets when it is of IPv6. */
export function hostOf(address: string): string {
  const plain = plainAddress(address);
  return plain.includes(':') ? (hostName(`[${plain.replace(/%.*$/, '')}]`) ?? plain) : plain;
}

/** An IPv4 address that came by way of IPv6 is that IPv4 address. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
