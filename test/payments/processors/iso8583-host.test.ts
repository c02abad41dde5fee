/** The acquirer's connection over real sockets: what a host can do wrong, and what has to come of it. */
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../shared/base/clock.ts';
import type { Deps } from '../../../shared/base/deps.ts';
import { Cvc } from '../../../shared/card/cvc.ts';
import { Pan } from '../../../shared/card/pan.ts';
import { DECLINES } from '../../../shared/payments/processors/declines.ts';
import { iso8583 } from '../../../shared/payments/processors/iso8583/iso8583.ts';
import { referenceOf } from '../../../shared/payments/processors/iso8583/requests.ts';
import { RESPONSE_CODES } from '../../../shared/payments/processors/iso8583/response-codes.ts';
import { type AuthorizationRequest, orUnknown } from '../../../shared/payments/processors/processor.ts';
import { newReference } from '../../contracts/benches.ts';
import { makeAuthority } from '../forward/certificates.ts';
import { type AcquirerHost, type HostFault, LATE_MS, startAcquirer } from './acquirer.ts';

const deps = { clock: systemClock } as Partial<Deps> as Deps;
const terminal = { acquirerId: '123456', terminalId: 'TERM0001', merchantId: 'MERCHANT0000001', categoryCode: '5999' };
/** Between two messages that are each given up. */
const PAUSE_MS = 150;

interface Settings {
  readonly bitmaps?: 'binary' | 'hex';
  readonly tls?: { readonly ca?: string } | null;
  readonly signsOn?: boolean;
}

const processorOf = (host: AcquirerHost, { bitmaps = 'binary', tls = null, signsOn = true }: Settings = {}) =>
  iso8583(
    deps,
    { name: 'acquirer', signsOn, terminal, host: { host: '127.0.0.1', port: host.port, bitmaps, tls } },
    host.waitMs,
  );

/** The same processor as a later function finds it. */
const iso8583At = (nowMs: number, { port, waitMs }: AcquirerHost) =>
  iso8583(
    { clock: { ...systemClock, nowMs: () => nowMs } } as Partial<Deps> as Deps,
    { name: 'acquirer', signsOn: true, terminal, host: { host: '127.0.0.1', port, bitmaps: 'binary', tls: null } },
    waitMs,
  );

const requested = (): AuthorizationRequest => ({
  reference: newReference(),
  amountMinor: 4180,
  currency: 'JPY',
  capture: false,
  requestedAtMs: systemClock.nowMs(),
  credential: 'typed',
  initiator: 'customer',
});

const card = () => ({
  pan: Pan.parse('4242424242424242'),
  cvc: Cvc.parse('123', 3),
  expiry: { month: 12, year: 2030 },
});

test('an authorization says what the table of fields promises, and nothing else', async () => {
  await using host = await startAcquirer();
  const request = requested();
  await processorOf(host).authorize(request, card());
  const [signOn, message] = host.received;
  expect([signOn?.mti, signOn?.field(70)]).toEqual(['0800', '001']);
  expect(message?.mti).toBe('0100');
  expect(message?.numbers).toEqual([2, 3, 4, 7, 11, 12, 13, 14, 18, 22, 25, 32, 37, 41, 42, 48, 49]);
  expect([14, 22, 37, 48, 49].map((number) => message?.field(number))).toEqual([
    '3012',
    '810',
    referenceOf(request.reference),
    '9203123',
    '392',
  ]);
});

describe('each operation goes out as the message of its kind, and its response is of that kind', () => {
  const followUp = (authorization: AuthorizationRequest & { authorizationCode?: string }, amountMinor: number) => ({
    reference: authorization.reference,
    authorization,
    operation: newReference(),
    amountMinor,
    requestedAtMs: systemClock.nowMs(),
  });
  const exchanged = (host: AcquirerHost) => host.received.map(({ mti }, at) => [mti, host.sent[at]?.mti]);
  const SIGN_ON = ['0800', '0810'];

  test('authorized, then captured: 0100 and 0220', async () => {
    await using host = await startAcquirer();
    const processor = processorOf(host);
    const request = requested();
    await processor.authorize(request, card());
    const known = { ...request, authorizationCode: '831000' };
    expect(await processor.capture(followUp(known, 4000))).toEqual({ outcome: 'done' });
    expect(exchanged(host)).toEqual([SIGN_ON, ['0100', '0110'], ['0220', '0230']]);
    expect(host.entry(referenceOf(request.reference))?.captured).toBe(4000);
  });

  test('captured at once, then refunded: 0200 twice, the second with the processing code of a return', async () => {
    await using host = await startAcquirer();
    const processor = processorOf(host);
    const request = { ...requested(), capture: true };
    expect(await processor.authorize(request, card())).toMatchObject({ outcome: 'approved' });
    expect(await processor.refund(followUp({ ...request, authorizationCode: '831000' }, 500))).toEqual({
      outcome: 'done',
    });
    expect(exchanged(host)).toEqual([SIGN_ON, ['0200', '0210'], ['0200', '0210']]);
    expect(host.received.slice(1).map((message) => message.field(3))).toEqual(['000000', '200000']);
    expect(host.received[2]?.field(90)?.slice(0, 4)).toBe('0200');
    expect(host.entry(referenceOf(request.reference))).toMatchObject({ captured: 4180, refunded: 500 });
  });

  test('authorized with a known response, then canceled: 0400, which names the approval and repeats no card', async () => {
    await using host = await startAcquirer();
    const processor = processorOf(host);
    const request = requested();
    await processor.authorize(request, card());
    const known = { ...request, authorizationCode: '831000' };
    expect(await processor.cancel(followUp(known, request.amountMinor))).toEqual({ outcome: 'done' });
    expect(exchanged(host)).toEqual([SIGN_ON, ['0100', '0110'], ['0400', '0410']]);
    expect([2, 14, 38, 39].map((number) => host.received[2]?.field(number))).toEqual([
      undefined,
      undefined,
      '831000',
      undefined,
    ]);
    expect(host.entry(referenceOf(request.reference))?.isReversed).toBe(true);
  });
});

describe('an operation with a lost response is repeated under its trace number, so that it is done once:', () => {
  const LONG_AGO_MS = 60_000;

  test.each([
    ['refund', true, '0200', '0201'],
    ['cancel', false, '0400', '0401'],
    ['capture', false, '0220', '0221'],
  ] as const)('%s', async (verb, capture, first, repeat) => {
    await using host = await startAcquirer();
    const processor = processorOf(host);
    const authorization = { ...requested(), capture };
    await processor.authorize(authorization, card());
    const { reference, amountMinor } = authorization;
    const known = { ...authorization, authorizationCode: '831000' };
    const asked = {
      reference,
      authorization: known,
      operation: newReference(),
      amountMinor,
      requestedAtMs: systemClock.nowMs(),
    };
    host.failNext('silent');
    const before = await orUnknown(processor[verb](asked));
    // The adapter repeats an advice at once; a request waits for the caller to try again.
    expect(before).toEqual({ outcome: verb === 'capture' ? 'done' : 'unknown' });
    if (verb !== 'capture') {
      const later = iso8583At(asked.requestedAtMs + LONG_AGO_MS, host);
      expect(await later[verb](asked)).toEqual({ outcome: 'done' });
    }
    const sent = host.received.filter(({ mti }) => mti === first || mti === repeat).slice(-2);
    expect(sent.map(({ mti }) => mti)).toEqual([first, repeat]);
    expect(sent[1]?.field(11)).toBe(sent[0]?.field(11));
    const { captured, refunded, isReversed } = host.entry(referenceOf(reference)) ?? {};
    expect({ captured, refunded, isReversed }).toEqual({
      captured: verb === 'cancel' ? 0 : amountMinor,
      refunded: verb === 'refund' ? amountMinor : 0,
      isReversed: verb === 'cancel',
    });
  });
});

test('a trace number belongs to its message, a retrieval reference to its charge', async () => {
  await using host = await startAcquirer();
  const processor = processorOf(host);
  const [first, second] = [requested(), requested()];
  for (const request of [first, second]) await processor.authorize(request, card());
  await processor.cancel({
    reference: first.reference,
    authorization: { ...first, authorizationCode: '831000' },
    operation: newReference(),
    amountMinor: first.amountMinor,
    requestedAtMs: systemClock.nowMs(),
  });
  const [one, two, cancel] = host.received.slice(1);
  expect(new Set([one, two, cancel].map((message) => message?.field(11))).size).toBe(3);
  for (const message of [one, two, cancel]) expect(message?.field(11)).toMatch(/^(?!000000)\d{6}$/);
  expect(cancel?.field(37)).toBe(one?.field(37));
  expect(two?.field(37)).not.toBe(one?.field(37));
});

test('hexadecimal bitmaps work as well', async () => {
  await using host = await startAcquirer({ bitmaps: 'hex' });
  const response = await processorOf(host, { bitmaps: 'hex' }).authorize(requested(), card());
  expect(response).toMatchObject({ outcome: 'approved', authorizationCode: '831000' });
});

test('a currency without a code here is declined before anything is sent', async () => {
  await using host = await startAcquirer();
  const response = await processorOf(host).authorize({ ...requested(), currency: 'XTS' }, card());
  expect(response).toMatchObject({ outcome: 'declined', rawCode: 'currency_not_supported' });
  expect(host.received).toEqual([]);
});

describe('a host that', () => {
  const faults: readonly HostFault[] = [
    'silent',
    'unheard',
    'late',
    'garbage',
    'closes',
    'closes_inside',
    'wrong_trace',
    'huge',
  ];
  test.each(faults)('does this: %s, leaves the outcome unknown, and the next charge works', async (fault) => {
    await using host = await startAcquirer();
    const processor = processorOf(host);
    host.failNext(fault);
    expect(await orUnknown(processor.authorize(requested(), card()))).toEqual({ outcome: 'unknown' });
    expect(await processor.authorize(requested(), card())).toMatchObject({ outcome: 'approved' });
  });

  test('responds too late is not believed: the late response does not become that of another charge', async () => {
    await using host = await startAcquirer();
    const processor = processorOf(host);
    const [first, second] = [requested(), requested()];
    host.failNext('late');
    expect(await orUnknown(processor.authorize(first, card()))).toEqual({ outcome: 'unknown' });
    host.failNext('unheard');
    const next = orUnknown(processor.authorize(second, card()));
    await systemClock.sleep(LATE_MS);
    expect(await next).toEqual({ outcome: 'unknown' });
    expect(host.connections).toBe(1);
  });

  test('is not there leaves the outcome unknown', async () => {
    const host = await startAcquirer();
    const processor = processorOf(host);
    await host[Symbol.asyncDispose]();
    expect(await orUnknown(processor.authorize(requested(), card()))).toEqual({ outcome: 'unknown' });
  });

  test('refuses the sign-on is sent no card', async () => {
    await using host = await startAcquirer();
    host.refuseSignOn();
    expect(await orUnknown(processorOf(host).authorize(requested(), card()))).toEqual({ outcome: 'unknown' });
    expect(host.received.map(({ mti }) => mti)).toEqual(['0800']);
  });

  test('closes an idle connection finds us on a new one', async () => {
    await using host = await startAcquirer();
    const processor = processorOf(host);
    await processor.authorize(requested(), card());
    await host.closeConnections();
    expect(await processor.authorize(requested(), card())).toMatchObject({ outcome: 'approved' });
    expect(host.connections).toBe(2);
  });

  test('asks whether we are there gets a response', async () => {
    await using host = await startAcquirer();
    await processorOf(host).authorize(requested(), card());
    const response = await host.ask();
    expect([response.mti, response.field(11), response.field(39), response.field(70)]).toEqual([
      '0810',
      '000777',
      '00',
      '301',
    ]);
  });
});

test('fifty charges at once share one connection, and each gets its own response', async () => {
  await using host = await startAcquirer();
  const processor = processorOf(host);
  const requests = Array.from({ length: 50 }, requested);
  const responses = await Promise.all(requests.map((request) => processor.authorize(request, card())));
  const references = responses.map((response) =>
    response.outcome === 'approved' ? response.processorReference : null,
  );
  expect(references).toEqual(requests.map(({ reference }) => referenceOf(reference)));
  expect(host.connections).toBe(1);
});

test.each(['backwards', 'byte_by_byte'] as const)(
  'responses that come %s in one stream each find their own charge',
  async (way) => {
    await using host = await startAcquirer();
    const processor = processorOf(host);
    await processor.authorize(requested(), card());
    const requests = Array.from({ length: 5 }, requested);
    host.respondTogether(requests.length, way);
    const responses = await Promise.all(requests.map((request) => processor.authorize(request, card())));
    const references = responses.map((response) =>
      response.outcome === 'approved' ? response.processorReference : null,
    );
    expect(references).toEqual(requests.map(({ reference }) => referenceOf(reference)));
    expect(host.connections).toBe(1);
  },
);

test('the time limit of a message that has its response does not end the wait for its repeat', async () => {
  await using host = await startAcquirer();
  const processor = processorOf(host);
  const authorization = requested();
  await processor.authorize(authorization, card());
  const { reference, amountMinor, requestedAtMs } = authorization;
  const refund = { reference, authorization, operation: 'one refund', amountMinor, requestedAtMs };
  expect(await processor.refund(refund)).toEqual({ outcome: 'refused' });
  await systemClock.sleep(PAUSE_MS);
  host.failNext('unheard');
  expect(await orUnknown(processor.refund(refund))).toEqual({ outcome: 'unknown' });
});

describe('a reversal of an unknown outcome', () => {
  const reversal = (request: AuthorizationRequest) => ({
    reference: request.reference,
    authorization: request,
    operation: request.reference,
    amountMinor: request.amountMinor,
    requestedAtMs: request.requestedAtMs + 60_000,
  });

  test('names the original by type, trace number, time and acquirer', async () => {
    await using host = await startAcquirer();
    const processor = processorOf(host);
    const request = requested();
    host.failNext('silent');
    await orUnknown(processor.authorize(request, card()));
    expect(await processor.cancel(reversal(request))).toEqual({ outcome: 'done' });
    const [original, sent] = host.received.slice(-2);
    expect([sent?.mti, sent?.field(2), sent?.field(39)]).toEqual(['0420', undefined, '68']);
    expect(sent?.field(90)).toBe(
      `0100${original?.field(11)}${original?.field(7)}${'123456'.padStart(11, '0')}${'0'.repeat(11)}`,
    );
    expect(host.entry(referenceOf(request.reference))?.isReversed).toBe(true);
  });

  test('is sent again as a repeat where the host did not respond, under the same trace number', async () => {
    await using host = await startAcquirer();
    const processor = processorOf(host);
    host.failNext('unheard');
    expect(await processor.cancel(reversal(requested()))).toEqual({ outcome: 'done' });
    const [first, second] = host.received.slice(-2);
    expect([first?.mti, second?.mti]).toEqual(['0420', '0421']);
    expect(second?.field(11)).toBe(first?.field(11));
  });

  test('stays unknown where the host does not respond, for the next sweep', async () => {
    await using host = await startAcquirer();
    const processor = processorOf(host);
    host.failNext('unheard');
    host.failNext('unheard');
    expect(await orUnknown(processor.cancel(reversal(requested())))).toEqual({ outcome: 'unknown' });
  });
});

describe('over TLS', () => {
  const authority = makeAuthority();

  test('a host with a known authority is sent the card', async () => {
    await using host = await startAcquirer({ tls: authority.server(['127.0.0.1']) });
    const response = await processorOf(host, { tls: { ca: authority.caPem } }).authorize(requested(), card());
    expect(response).toMatchObject({ outcome: 'approved' });
  });

  test.each([
    ['without a known authority', authority.server(['127.0.0.1']), {}],
    ['that another authority vouches for', makeAuthority('Another').server(['127.0.0.1']), { ca: authority.caPem }],
    ['with the certificate of another host', authority.server(['10.0.0.1']), { ca: authority.caPem }],
    ['with an expired certificate', authority.server(['127.0.0.1'], 2021), { ca: authority.caPem }],
  ])('a host %s is sent nothing', async (_what, identity, tls) => {
    await using host = await startAcquirer({ tls: identity });
    expect(await orUnknown(processorOf(host, { tls }).authorize(requested(), card()))).toEqual({ outcome: 'unknown' });
    expect(host.received).toEqual([]);
  });
});

test('every response code means an approval, an open question or a decline of the vault’s table', () => {
  for (const [code, meaning] of Object.entries(RESPONSE_CODES)) {
    expect(code).toMatch(/^[0-9A-Z]{2}$/);
    expect(['approved', 'unknown', ...Object.keys(DECLINES)]).toContain(meaning);
  }
});
