/**
 * How a server is reached: which names it answers to, which proxies it believes, and its certificate; what is wrong
 * with them is said before it listens.
 */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import type { ServerOptions } from '../api/server.ts';
import { DemandaError } from '../errors/demanda-error.ts';

export interface NetworkChoice {
  /** Address to listen on. */
  readonly host: string;
  /** Other names and addresses by which the server is called. */
  readonly allowHosts: readonly string[];
  /** Addresses of proxies, parted by commas; true: one on this machine. */
  readonly trustProxy: string | true | null;
  readonly tlsCert: string | null;
  readonly tlsKey: string | null;
}

/** A proxy on this machine. */
const THIS_MACHINE = ['127.0.0.0/8', '::1'];

/** @throws DemandaError SERVE_ALLOW_HOST, SERVE_TRUST_PROXY, SERVE_TLS_FILE, SERVE_TLS_PAIR, OPTION_MISSING */
export function networkOptions({
  host,
  allowHosts,
  trustProxy,
  tlsCert,
  tlsKey,
}: NetworkChoice): Pick<ServerOptions, 'hosts' | 'trustedProxies' | 'tls'> {
  // An empty one is every address of this machine: it would open the server to all where a variable is not set.
  if (host.trim() === '') throw new DemandaError('OPTION_MISSING', { option: '--host' });
  return {
    hosts: [host, ...allowHosts.map(requireHost)],
    ...(trustProxy !== null && {
      trustedProxies:
        trustProxy === true
          ? THIS_MACHINE
          : trustProxy.split(',').map((part) => requireNetwork(part.trim(), trustProxy)),
    }),
    ...((tlsCert !== null || tlsKey !== null) && { tls: certificate(tlsCert, tlsKey) }),
  };
}

function requireHost(value: string): string {
  const bare = value.replace(/^\[(.*)\]$/, '$1');
  if (isIPv6(bare)) return bare;
  const name = domainToASCII(value);
  if (!/^[a-z\d]([\w.-]*[a-z\d])?\.?$/i.test(name)) throw new DemandaError('SERVE_ALLOW_HOST', { value });
  return name;
}

function requireNetwork(part: string, value: string): string {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(part) ?? [];
  const family = isIP(address);
  if (family === 0 || Number(bits ?? 0) > (family === 4 ? 32 : 128))
    throw new DemandaError('SERVE_TRUST_PROXY', { value });
  return part;
}

function certificate(cert: string | null, key: string | null): { readonly cert: string; readonly key: string } {
  if (cert === null) throw new DemandaError('OPTION_MISSING', { option: '--tls-cert' });
  if (key === null) throw new DemandaError('OPTION_MISSING', { option: '--tls-key' });
  const [first, certPem] = read('--tls-cert', cert, (pem) => new X509Certificate(pem));
  const [privateKey, keyPem] = read('--tls-key', key, (pem) => createPrivateKey(pem));
  if (!first.checkPrivateKey(privateKey)) throw new DemandaError('SERVE_TLS_PAIR', { cert, key });
  return { cert: certPem, key: keyPem };
}

function read<T>(option: string, file: string, understand: (pem: string) => T): [T, string] {
  try {
    const pem = readFileSync(file, 'utf8');
    return [understand(pem), pem];
  } catch (cause) {
    throw new DemandaError('SERVE_TLS_FILE', { option, file }, { cause });
  }
}
