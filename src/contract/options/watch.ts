import { ALERT_KINDS } from '../../core/vocabulary.ts';
import { oneOf, onOff, orOff, text, whole } from './option.ts';
import { WORKERS } from './train.ts';

/** Of a look at all cells. */
export const WATCH = {
  dryRun: onOff({ flag: '--dry-run', help: 'optWatchDryRun' }),
  full: onOff({ flag: '--full', help: 'optWatchFull' }),
  workers: WORKERS,
} as const;

/** Asks for what was judged by now in the place of a look. */
export const WATCH_INTERVALS = {
  intervals: onOff({ flag: '--intervals', help: 'optWatchIntervals' }),
} as const;

/** How often `serve` looks by itself, in hours: a month at most. */
export const WATCH_EVERY = {
  every: orOff(whole({ flag: '--every', taken: '<hours>', help: 'optWatchEvery', least: 1, most: 744 })),
} as const;

/** Where alerts go, and when. */
export const ALERTS = {
  webhook: orOff(text({ flag: '--webhook', taken: '<address>', help: 'optWebhook', most: 2_000 })),
  newSecret: onOff({ flag: '--new-secret', help: 'optNewSecret' }),
  mailTo: orOff(text({ flag: '--mail-to', taken: '<addresses>', help: 'optMailTo', most: 4_000 })),
  mailFrom: text({ flag: '--mail-from', taken: '<address>', help: 'optMailFrom', most: 320 }),
  smtpHost: text({ flag: '--smtp-host', taken: '<name>', help: 'optSmtpHost', most: 255 }),
  smtpPort: whole({ flag: '--smtp-port', help: 'optSmtpPort', least: 1, most: 65_535 }),
  smtpUser: orOff(text({ flag: '--smtp-user', taken: '<name>', help: 'optSmtpUser', most: 320 })),
  smtpTls: onOff({ flag: '--smtp-tls', help: 'optSmtpTls' }),
  kinds: text({ flag: '--kinds', taken: '<names>', help: 'optAlertKinds', usual: ALERT_KINDS.join(','), most: 200 }),
  digest: orOff(text({ flag: '--digest', taken: '<hh:mm>', help: 'optDigest', most: 5 })),
  quietHours: orOff(text({ flag: '--quiet-hours', taken: '<hh:mm-hh:mm>', help: 'optQuietHours', most: 11 })),
  timezone: text({ flag: '--timezone', taken: '<zone>', help: 'optAlertZone', most: 60 }),
  allowPrivate: oneOf({ flag: '--allow-private', taken: '<yes|no>', help: 'optAllowPrivate', of: ['yes', 'no'] }),
} as const;
