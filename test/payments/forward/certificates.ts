/** Certificates for TLS in tests, made on the spot: a certificate authority of the test's own, and servers under it. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

export interface Identity {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

/** DER (X.690): tag, length, content. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const oid = (...bytes: readonly number[]) => der(0x06, Uint8Array.from(bytes));
const ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const COMMON_NAME = oid(0x55, 0x04, 0x03);
const TRUE = der(0x01, Uint8Array.of(0xff));

const nameOf = (text: string) => sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(text)))));
const timeOf = (year: number) => der(0x18, Buffer.from(`${year}0101000000Z`));
const extension = (id: number, isCritical: boolean, value: Uint8Array) =>
  sequence(oid(0x55, 0x1d, id), ...(isCritical ? [TRUE] : []), der(0x04, value));
const basicConstraints = (isCa: boolean) => extension(19, true, sequence(...(isCa ? [TRUE] : [])));
const alternativeNames = (names: readonly string[]) =>
  extension(
    17,
    false,
    sequence(...names.map((name) => (isIPv4(name) ? addressName(name) : der(0x82, Buffer.from(name))))),
  );
const addressName = (address: string) => der(0x87, Uint8Array.from(address.split('.').map(Number)));

let serial = 1;

interface Holder {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Uint8Array[];
  readonly lastYear: number;
}

/** RFC 5280 §4.1. */
function certify(issuer: { readonly name: string; readonly key: KeyObject }, holder: Holder): string {
  const { subject, publicKey, extensions, lastYear } = holder;
  serial += 1;
  const body = sequence(
    der(0xa0, der(0x02, Uint8Array.of(2))),
    der(0x02, Uint8Array.of(serial)),
    ECDSA_WITH_SHA256,
    nameOf(issuer.name),
    sequence(timeOf(2020), timeOf(lastYear)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, issuer.key);
  const whole = sequence(body, ECDSA_WITH_SHA256, der(0x03, Uint8Array.of(0), signature));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** An authority and a maker of servers under it. A server is valid for the names and IPv4 addresses given. */
export function makeAuthority(name = 'Test authority'): {
  readonly caPem: string;
  server(names: readonly string[], lastYear?: number): Identity;
} {
  const authority = newKeys();
  const issuer = { name, key: authority.privateKey };
  return {
    caPem: certify(issuer, {
      subject: name,
      publicKey: authority.publicKey,
      extensions: [basicConstraints(true)],
      lastYear: 2090,
    }),
    server(names, lastYear = 2090) {
      const { publicKey, privateKey } = newKeys();
      const extensions = [basicConstraints(false), alternativeNames(names)];
      const cert = certify(issuer, { subject: names[0] ?? '', publicKey, extensions, lastYear });
      return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
    },
  };
}
