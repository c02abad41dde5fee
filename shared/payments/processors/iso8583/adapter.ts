/**
 * The settings of an ISO 8583 acquirer. The secret, where there is one, is the vault's certificate and key (PEM), for
 * acquirers that authenticate both sides.
 */
import * as z from 'zod/mini';
import { certificateFingerprint } from '../../../base/destinations.ts';
import type { Adapter } from '../adapter.ts';

const digits = (min: number, max: number) => z.string().check(z.minLength(min), z.maxLength(max), z.regex(/^[0-9]*$/));
const printable = (max: number) => z.string().check(z.minLength(1), z.maxLength(max), z.regex(/^[\x20-\x7e]*$/));

const Settings = z.strictObject({
  host: z.string().check(z.regex(/^[a-z0-9.-]{1,253}$/)),
  port: digits(1, 5),
  acquirer_id: digits(1, 11),
  terminal_id: printable(8),
  merchant_id: printable(15),
  category_code: digits(4, 4),
  tls: z.optional(z.enum(['on', 'off'])),
  bitmaps: z.optional(z.enum(['binary', 'hex'])),
  sign_on: z.optional(z.enum(['yes', 'no'])),
  ca: z.optional(z.string().check(z.regex(/^-----BEGIN CERTIFICATE-----\n/))),
});

/** Without the separator of an account's name, so that no two accounts have one. */
const PLAIN_ID = /^[A-Za-z0-9_-]+$/;
const PORT_MAX = 65_535;

export const iso8583Adapter: Adapter = {
  secret: 'optional',
  settings: {
    host: 'the acquirer’s host',
    port: 'its port',
    acquirer_id: 'DE 32, acquiring institution',
    terminal_id: 'DE 41, up to 8 characters',
    merchant_id: 'DE 42, up to 15 characters',
    category_code: 'DE 18, four digits',
    tls: 'on (default) or off',
    bitmaps: 'binary (default) or hex',
    sign_on: 'yes (default) or no: whether a connection begins with 0800/001',
    ca: 'the acquirer’s certificate authority (PEM), unless it is a public one',
  },
  fault(mode, settings) {
    const parsed = Settings.safeParse(settings);
    if (!parsed.success) {
      const name = String(parsed.error.issues[0]?.path[0] ?? 'one');
      return `The setting ${Object.hasOwn(iso8583Adapter.settings, name) ? name : 'that is unknown'} is missing or wrong.`;
    }
    if (Number(parsed.data.port) > PORT_MAX) return 'The setting port is missing or wrong.';
    return mode === 'live' && parsed.data.tls === 'off' ? 'A live processor is reached over TLS only.' : null;
  },
  receiver({ host, port, acquirer_id, terminal_id, merchant_id, ca }) {
    const ids = [acquirer_id, terminal_id, merchant_id];
    return {
      host: `${host}:${Number(port)}`.replace(/:443$/, ''),
      account: ids.every((id) => id !== undefined && PLAIN_ID.test(id)) ? ids.join('.') : null,
      ...(ca !== undefined && { caSha256: certificateFingerprint(ca) }),
    };
  },
  async open(deps, { name, settings }, secret) {
    const { iso8583 } = await import('./iso8583.ts');
    const {
      host,
      port,
      tls = 'on',
      bitmaps = 'binary',
      sign_on: signOn = 'yes',
      ca,
      ...terminal
    } = Settings.parse(settings);
    return iso8583(deps, {
      name,
      signsOn: signOn === 'yes',
      host: {
        host,
        port: Number(port),
        bitmaps,
        tls:
          tls === 'off'
            ? null
            : { ...(ca !== undefined && { ca }), ...(secret !== null && { certificateAndKey: secret.clearText() }) },
      },
      terminal: {
        acquirerId: terminal.acquirer_id,
        terminalId: terminal.terminal_id,
        merchantId: terminal.merchant_id,
        categoryCode: terminal.category_code,
      },
    });
  },
};
