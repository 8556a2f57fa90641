/**
 * Which addresses alerts may be sent to: a name that whoever sets it chose must not make this machine call itself or
 * its neighbours (server-side request forgery). The name is looked up once, every address that it has is checked, and
 * the connection goes to the one that was checked: a second look-up could give another (DNS rebinding).
 */

import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { DemandaError } from '../errors/demanda-error.ts';

/** Blocks of the IANA special-purpose registries (RFC 6890) that are not of the public internet. */
const NOT_PUBLIC_4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
] as const;
/** With what holds an IPv4 address within: NAT64, 6to4, Teredo; mapped ones Node checks as what they are. */
const NOT_PUBLIC_6 = [
  ...[
    '::/96',
    '::ffff:0:0:0/96',
    '64:ff9b::/96',
    '64:ff9b:1::/48',
    '100::/64',
    '2001::/23',
    '2001:db8::/32',
    '2002::/16',
  ],
  ...['fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
] as const;

const notPublic = new BlockList();
for (const [blocks, family] of [[NOT_PUBLIC_4, 'ipv4'] as const, [NOT_PUBLIC_6, 'ipv6'] as const]) {
  for (const block of blocks) {
    const [address, bits] = block.split('/') as [string, string];
    notPublic.addSubnet(address, Number(bits), family);
  }
}

/** Whether an address is one of the public internet. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  return !notPublic.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** How names are looked up; `node:dns` unless told. */
export type LookUp = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

const systemLookUp: LookUp = (host) => lookup(host, { all: true });

/**
 * The address that a name stands for, checked.
 *
 * @param allowPrivate of the own network too
 * @throws DemandaError ALERT_HOST_UNKNOWN, ALERT_HOST_PRIVATE
 */
export async function checkedAddress(
  host: string,
  allowPrivate: boolean,
  lookUp: LookUp = systemLookUp,
): Promise<{ readonly address: string; readonly family: number }> {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  let found: readonly { readonly address: string; readonly family: number }[];
  try {
    found = isIP(bare) === 0 ? await lookUp(bare) : [{ address: bare, family: isIP(bare) }];
  } catch (cause) {
    throw new DemandaError('ALERT_HOST_UNKNOWN', { host }, { cause });
  }
  const [first] = found;
  if (first === undefined) throw new DemandaError('ALERT_HOST_UNKNOWN', { host });
  if (!allowPrivate && !found.every(({ address }) => isPublic(address)))
    throw new DemandaError('ALERT_HOST_PRIVATE', { host });
  return first;
}
