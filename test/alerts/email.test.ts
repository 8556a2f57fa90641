import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sendMail } from '../../src/alerts/email.ts';

const PASSWORD = 'very secret';
const received: { from: string; to: string[]; text: string; user: string | undefined }[] = [];
let server: SMTPServer;
let port: number;
beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    // Plain, as a relay within the own network may be.
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      password === PASSWORD ? done(null, { user: username }) : done(new Error('Invalid username or password')),
    onData: (stream, session, done) => {
      let text = '';
      stream.on('data', (part: Buffer) => {
        text += part.toString();
      });
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        received.push({ from, to: rcptTo.map(({ address }) => address), text, user: session.user });
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  ({ port } = server.server.address() as AddressInfo);
});
afterAll(() => new Promise<void>((done) => server.close(done)));

const mail = (user: string | null = null, password: string | null = null, allowPrivate = true) =>
  sendMail({
    place: {
      host: '127.0.0.1',
      port,
      secure: false,
      user,
      from: 'demanda <shop@example.com>',
      to: ['ana@example.com'],
    },
    password,
    subject: 'Atención: Pollo\r\nBcc: eve@example.com',
    text: 'Se vende un 30 % menos.',
    id: 'msg_1',
    allowPrivate,
  });

it('an e-mail arrives at a real SMTP server, with its words and nobody else on the list', async () => {
  await mail();
  const { from, to, text } = received.at(-1) as (typeof received)[number];
  expect([from, to]).toEqual(['shop@example.com', ['ana@example.com']]);
  expect(text).toContain('Message-ID: <msg_1@demanda>');
  expect(text).not.toMatch(/^Bcc:/im);
  const body = text.split('\r\n\r\n').slice(1).join('\n');
  const decoded = Buffer.from(
    body.replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
  expect(decoded.toString('utf8')).toContain('Se vende un 30 % menos.');
});
it('is sent for a user with the password, and says why it was refused without saying the password', async () => {
  await mail('ana', PASSWORD);
  expect(received.at(-1)?.user).toBe('ana');
  const refused = await mail('ana', 'wrong one').catch((error: unknown) => error as Error);
  expect(refused).toMatchObject({ code: 'ALERT_MAIL_REFUSED' });
  expect((refused as Error).message).not.toContain('wrong one');
});
it('hands nothing to a server whose certificate is not in order', async () => {
  // smtp-server's own certificate, which has expired and whose key everybody knows.
  const untrusted = new SMTPServer({ authOptional: true });
  await new Promise<void>((done) => untrusted.listen(0, '127.0.0.1', done));
  const { port: other } = untrusted.server.address() as AddressInfo;
  const place = {
    host: '127.0.0.1',
    port: other,
    secure: false,
    user: null,
    from: 'a@example.com',
    to: ['b@example.com'],
  };
  untrusted.on('error', () => {});
  const message = { place, password: null, subject: 's', text: 't', id: 'msg_2', allowPrivate: true };
  await expect(sendMail(message)).rejects.toMatchObject({ code: 'ALERT_MAIL_REFUSED' });
  await new Promise<void>((done) => untrusted.close(done));
});
it('goes to no server of the own network unless that is allowed', async () => {
  const before = received.length;
  await expect(mail(null, null, false)).rejects.toMatchObject({ code: 'ALERT_HOST_PRIVATE' });
  expect(received.length).toBe(before);
});
