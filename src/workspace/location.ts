/** Where a workspace lies: in a folder, or in a database beside a folder of this machine. */

import { homedir } from 'node:os';
import { join } from 'node:path';
import { DemandaError } from '../errors/demanda-error.ts';
import { isDatabaseAddress, placeOf } from '../store/open.ts';

export interface WorkspaceLocation {
  /** Of a workspace in a database: of this machine, for files that were sent to it and for logs. */
  readonly folder: string;
  /** The address with its password: it is printed nowhere, and processes are given it by their environment alone. */
  readonly database: string | null;
}

/** Where the address of the database may stand, beside the command line. */
const DATABASE_VARIABLE = 'DEMANDA_DATABASE_URL';
const FOLDER_VARIABLE = 'DEMANDA_WORKSPACE';
const USUAL_FOLDER = './.demanda';

/**
 * @param place a folder, or the address of a database
 * @param folder of this machine, beside a database; one of the user's state unless told
 * @throws DemandaError DATABASE_ADDRESS
 */
export function locationOf(place: string, folder?: string): WorkspaceLocation {
  if (!isDatabaseAddress(place)) return { folder: place, database: null };
  const url = databaseOf(place);
  return { folder: folder ?? localFolder(url), database: place };
}

/**
 * What the options of a command and the environment choose: a database before a folder, which is then the one beside
 * it.
 *
 * @throws DemandaError DATABASE_ADDRESS
 */
export function chosenLocation(
  { workspace, database }: { readonly workspace?: string | undefined; readonly database?: string | undefined },
  environment: NodeJS.ProcessEnv,
): WorkspaceLocation {
  const folder = workspace ?? environment[FOLDER_VARIABLE];
  const address = database ?? environment[DATABASE_VARIABLE];
  if (address === undefined || address === '') return { folder: folder ?? USUAL_FOLDER, database: null };
  if (!isDatabaseAddress(address)) throw new DemandaError('DATABASE_ADDRESS', {});
  return locationOf(address, folder);
}

/** As messages name it, without a password. */
export function placeName({ folder, database }: WorkspaceLocation): string {
  return database === null ? folder : placeOf(database);
}

/** Of a process that is to open the workspace: others that use the machine see its arguments. */
export function environmentFor({ database }: WorkspaceLocation): NodeJS.ProcessEnv {
  const { [DATABASE_VARIABLE]: _, ...environment } = process.env;
  return database === null ? environment : { ...environment, [DATABASE_VARIABLE]: database };
}

/** Of a process that was started with such an environment. @param folder as its argument says */
export function locationOfProcess(folder: string): WorkspaceLocation {
  return { folder, database: process.env[DATABASE_VARIABLE] ?? null };
}

/** @throws DemandaError DATABASE_ADDRESS, which does not say it: there may be a password in it */
function databaseOf(address: string): URL {
  const url = URL.parse(address);
  // An @ behind the host is one of a password that was not written as %40: it would be taken for the name.
  if (url === null || url.pathname.length < 2 || url.pathname.includes('@'))
    throw new DemandaError('DATABASE_ADDRESS', {});
  return url;
}

function localFolder({ hostname, port, pathname }: URL): string {
  const state =
    process.env.XDG_STATE_HOME ||
    (process.platform === 'win32' && process.env.LOCALAPPDATA) ||
    join(homedir(), '.local', 'state');
  const name = `${hostname || 'localhost'}-${port || 5432}-${decodeURIComponent(pathname.slice(1))}`;
  return join(state, 'demanda', name.replace(/[^\w.-]/g, '_'));
}
