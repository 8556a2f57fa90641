/** Alerts: what they tell of, where they go, and how they arrived. */

import { z } from 'zod';
import { ALERT_CHANNELS, ALERT_KINDS, ALERT_RHYTHMS, DELIVERY_STATES } from '../core/vocabulary.ts';
import { documentHeader } from './api-documents.ts';

const text = z.string();
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable();
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'hh:mm');
/** An address, which may stand in angle brackets behind a name. */
const mailbox = z
  .string()
  .regex(/^[^\r\n<>@]*<?[^\s<>@,;]{1,64}@[^\s<>@,;]{1,255}>?$/)
  .max(320);
const url = z.string().min(8).max(2_000);

const alertMessage = z.object({
  kind: z.enum(ALERT_KINDS),
  at: text.describe('ISO 8601 instant'),
  merchant: orNull(text),
  product: orNull(text),
  text: text.describe('One sentence, in the language of the alerts'),
});
export type AlertMessage = z.infer<typeof alertMessage>;

const webhookPlace = z.object({ url });
const emailPlace = z.object({
  host: z.string().regex(/^[\w.:-]{1,255}$/),
  port: z.int().min(1).max(65_535),
  secure: z.boolean().describe('TLS from the first byte (port 465); otherwise STARTTLS where the server offers it'),
  user: orNull(z.string().min(1).max(320)),
  from: mailbox,
  to: z.array(mailbox).min(1).max(20),
});

/** Without secrets: those are kept apart, and no answer holds them. */
const alertSettings = z.object({
  webhook: orNull(webhookPlace),
  email: orNull(emailPlace),
  kinds: z.array(z.enum(ALERT_KINDS)),
  rhythm: z.enum(ALERT_RHYTHMS),
  digestAt: clock.describe('When the daily message goes, in the time zone'),
  quiet: orNull(z.object({ from: clock, to: clock })).describe('Hours in which nothing goes, in the time zone'),
  timezone: text,
  privateAddresses: z
    .boolean()
    .describe('Addresses of the own network may be called; the command line alone allows it'),
});
export type AlertSettings = z.infer<typeof alertSettings>;

export const alertsDocument = z.object({
  ...documentHeader,
  settings: alertSettings,
  hasWebhookSecret: z.boolean(),
  hasPassword: z.boolean(),
});
export type AlertsDocument = z.infer<typeof alertsDocument>;

export const alertsChange = z.strictObject({
  webhook: orNull(webhookPlace).exactOptional(),
  email: orNull(emailPlace).exactOptional(),
  kinds: alertSettings.shape.kinds.exactOptional(),
  rhythm: alertSettings.shape.rhythm.exactOptional(),
  digestAt: clock.exactOptional(),
  quiet: alertSettings.shape.quiet.exactOptional(),
  timezone: z.string().min(1).max(60).exactOptional(),
  password: orNull(z.string().max(1_000)).exactOptional().describe('Of the SMTP user; kept, and never told again'),
  newSecret: z.literal(true).exactOptional().describe('Another secret for the webhook; the answer holds it, once'),
});
export type AlertsChange = z.infer<typeof alertsChange>;

/** The one answer that holds a secret: of the webhook that was named or asked for another. */
export const alertsChanged = alertsDocument.extend({
  webhookSecret: orNull(text).describe('Shown this once; webhooks are signed with it (Standard Webhooks)'),
});
export type AlertsChanged = z.infer<typeof alertsChanged>;

export const delivery = z.object({
  id: z.int(),
  at: text.describe('ISO 8601 instant'),
  channel: z.enum(ALERT_CHANNELS),
  state: z.enum(DELIVERY_STATES),
  message: orNull(text).describe('Id of the message that it goes in, the same at every attempt; null before the first'),
  attempts: z.int(),
  nextAt: orNull(text),
  sentAt: orNull(text),
  failure: orNull(text).describe('Why the last attempt failed'),
  messages: z.array(alertMessage),
});
export type DeliveryItem = z.infer<typeof delivery>;
export const deliveryList = z.object({ ...documentHeader, items: z.array(delivery), nextCursor: orNull(text) });

export const alertTest = z.object({
  ...documentHeader,
  results: z.array(z.object({ channel: z.enum(ALERT_CHANNELS), ok: z.boolean(), failure: orNull(text) })),
});
export type AlertTest = z.infer<typeof alertTest>;
