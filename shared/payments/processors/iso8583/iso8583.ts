/**
 * A processor over an acquirer's ISO 8583:1987 host. The network cannot be asked for the outcome of a message, so there
 * is no lookup: an unknown outcome is reversed (0420), which is also right for a message that never arrived.
 *
 *   authorize  0100 / 0200 once        capture  0220, repeated once as 0221
 *   cancel     0400, or 0420 / 0421    refund   0200; a later try is a 0201 under the same trace number
 */
import type { Deps } from '../../../base/deps.ts';
import type {
  AuthorizationRequest,
  AuthorizationResponse,
  ClearCard,
  OperationRequest,
  OperationResponse,
  Processor,
} from '../processor.ts';
import { type Host, HostConnection } from './connection.ts';
import { Iso8583Error, type IsoMessage } from './message.ts';
import {
  buildAuthorization,
  buildCapture,
  buildRefund,
  buildReversal,
  buildSignOn,
  type CardAcceptor,
} from './requests.ts';
import { readAuthorization, readOperation, readReversal } from './responses.ts';

export interface Acquirer {
  readonly name: string;
  readonly host: Host;
  readonly terminal: CardAcceptor;
  /** Whether a session begins with a sign-on. */
  readonly signsOn: boolean;
}

/** How long to wait for the response to each message. */
export interface WaitMs {
  readonly authorization: number;
  readonly operation: number;
  /** For each of the two tries of an advice. */
  readonly advice: number;
}
const WAIT_MS: WaitMs = { authorization: 12_000, operation: 8_000, advice: 4_000 };
const SIGN_ON_MS = 3_000;
/** Longer than any function runs, so the call that sent the message first is over and this is a repeat. */
const REPEAT_AFTER_MS = 30_000;

export function iso8583({ clock }: Deps, acquirer: Acquirer, waitMs = WAIT_MS): Processor {
  const { terminal } = acquirer;
  const exchange = sharedConnection(() => signOnTo(acquirer, clock.nowMs()));
  const isRepeat = ({ requestedAtMs }: OperationRequest): boolean => clock.nowMs() - requestedAtMs >= REPEAT_AFTER_MS;

  /** Repeats an advice once where it got no response. */
  const advise = async (first: IsoMessage, repeat: IsoMessage): Promise<IsoMessage> =>
    exchange(first, waitMs.advice).catch(() => exchange(repeat, waitMs.advice));

  return {
    name: acquirer.name,
    lookup: null,

    async authorize(request: AuthorizationRequest, card: ClearCard): Promise<AuthorizationResponse> {
      const message = buildAuthorization(terminal, request, card);
      if (message === null) {
        return { outcome: 'declined', declineCode: 'not_permitted', rawCode: 'currency_not_supported' };
      }
      return readAuthorization(await exchange(message, waitMs.authorization), request.amountMinor);
    },

    async capture(request: OperationRequest): Promise<OperationResponse> {
      return readOperation(await advise(buildCapture(terminal, request, false), buildCapture(terminal, request, true)));
    },

    async cancel(request: OperationRequest): Promise<OperationResponse> {
      if (request.authorization.authorizationCode !== undefined) {
        return readReversal(await exchange(buildReversal(terminal, request, isRepeat(request)), waitMs.operation));
      }
      return readReversal(
        await advise(buildReversal(terminal, request, false), buildReversal(terminal, request, true)),
      );
    },

    async refund(request: OperationRequest): Promise<OperationResponse> {
      return readOperation(await exchange(buildRefund(terminal, request, isRepeat(request)), waitMs.operation));
    },
  };
}

/** Opens a connection and, where the acquirer requires it, signs on. Throws where either is refused. */
async function signOnTo({ host, name, signsOn }: Acquirer, nowMs: number): Promise<HostConnection> {
  const connection = await HostConnection.open(host);
  if (!signsOn) return connection;
  const response = await connection.exchange(buildSignOn(name, nowMs), SIGN_ON_MS).catch(() => null);
  if (response?.field(39) === '00') return connection;
  connection.close('the host refused the sign-on');
  throw new Iso8583Error('the host refused the sign-on');
}

/** One connection for all concurrent requests, opened on first use and reopened once it is closed. */
function sharedConnection(open: () => Promise<HostConnection>) {
  let opened: HostConnection | null = null;
  let opening: Promise<HostConnection> | null = null;
  const connection = (): Promise<HostConnection> => {
    if (opened?.isOpen) return Promise.resolve(opened);
    opening ??= open()
      .then((fresh) => {
        opened = fresh;
        return fresh;
      })
      .finally(() => {
        opening = null;
      });
    return opening;
  };
  return async (message: IsoMessage, timeoutMs: number): Promise<IsoMessage> =>
    (await connection()).exchange(message, timeoutMs);
}
