/** `serve`: the dashboard and the API. */

import { onOff, text, texts, whole } from '../../contract/options/option.ts';
import type { CommandContext, Options } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';

const MOST_PATH = 4_096;
const SERVE = {
  /** "DEMA" on a telephone. */
  port: whole({ flag: '--port', help: 'optPort', least: 0, most: 65_535, usual: 3362 }),
  // An empty address, as of an unset variable, is told apart from none.
  host: text({ flag: '--host', taken: '<address>', help: 'optHost', least: 0, usual: '127.0.0.1' }),
  allowHosts: texts({ flag: '--allow-host', taken: '<name>', help: 'optAllowHost' }),
  tlsCert: text({ flag: '--tls-cert', taken: '<file>', help: 'optTlsCert', least: 0, most: MOST_PATH }),
  tlsKey: text({ flag: '--tls-key', taken: '<file>', help: 'optTlsKey', least: 0, most: MOST_PATH }),
  demo: onOff({ flag: '--demo', help: 'optServeDemo' }),
} as const;

export function addServe({ command, lang, t }: CommandContext): void {
  addOptions(command('serve', 'servir', 'cmdServe'), SERVE, t)
    .option('--trust-proxy [addresses]', t('optTrustProxy'))
    .action(async (o: Options) => {
      const { tlsCert = null, tlsKey = null, ...given } = readOptions(SERVE, o);
      const chosen = {
        workspace: o.workspace,
        database: o.database,
        port: given.port ?? SERVE.port.usual,
        host: given.host ?? SERVE.host.usual,
        allowHosts: given.allowHosts ?? [],
        // Alone it trusts a proxy on this machine.
        trustProxy: o.trustProxy === true ? (true as const) : typeof o.trustProxy === 'string' ? o.trustProxy : null,
        tlsCert,
        tlsKey,
        demo: given.demo ?? false,
      };
      const { serve } = await import('../serve.ts');
      await serve(chosen, lang, t, o);
    });
}
