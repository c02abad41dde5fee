/**
 * Open requests to the frame. Each waits until it can be sent and gets one result: from the frame, from its time limit,
 * or when the field is removed or found missing.
 */
import type { CardError, TokenizeResult } from '../types.ts';

export interface Requests<Token> {
  open(): Promise<TokenizeResult<Token>>;
  /** Sends waiting requests where the frame is ready. */
  flush(): void;
  respond(request: number, result: TokenizeResult<Token>): void;
  /** Ends requests that can no longer get a result. */
  look(): void;
  failSent(error: CardError): void;
  failAll(error: CardError): void;
}

export interface RequestParts {
  readonly timeoutMs: number;
  /** For the cardholder. */
  readonly timeoutMessage: string;
  readonly openMax: number;
  isReady(): boolean;
  send(request: number): void;
  /** Why a request cannot get a result, or null. */
  trouble(isSent: boolean): CardError | null;
}

interface Waiting<Token> {
  isSent: boolean;
  readonly end: (result: TokenizeResult<Token>) => void;
}

/** No event tells a page that a frame was removed, so it is checked while a request is open. */
const LOOK_EVERY_MS = 250;

export function createRequests<Token>(parts: RequestParts): Requests<Token> {
  const waiting = new Map<number, Waiting<Token>>();
  let last = 0;
  let watch: ReturnType<typeof setInterval> | undefined;

  const respond = (request: number, result: TokenizeResult<Token>) => {
    waiting.get(request)?.end(result);
    waiting.delete(request);
    if (waiting.size === 0) clearInterval(watch);
  };
  const failWhere = (errorOf: (isSent: boolean) => CardError | null) => {
    for (const [request, { isSent }] of [...waiting]) {
      const error = errorOf(isSent);
      if (error !== null) respond(request, { error });
    }
  };
  const look = () => failWhere(parts.trouble);
  const flush = () => {
    if (!parts.isReady()) return;
    for (const [request, question] of waiting) {
      if (!question.isSent) parts.send(request);
      question.isSent = true;
    }
  };

  return {
    respond,
    flush,
    look,
    failSent: (error) => failWhere((isSent) => (isSent ? error : null)),
    failAll: (error) => failWhere(() => error),
    open: () => {
      if (waiting.size >= parts.openMax)
        return Promise.resolve(failed('busy', 'Too many calls of tokenize() at once.'));
      if (waiting.size === 0) watch = setInterval(look, LOOK_EVERY_MS);
      last += 1;
      const request = last;
      return new Promise((resolve) => {
        const timer = setTimeout(() => respond(request, failed('timeout', parts.timeoutMessage)), parts.timeoutMs);
        const end = (result: TokenizeResult<Token>) => {
          clearTimeout(timer);
          resolve(result);
        };
        waiting.set(request, { isSent: false, end });
        flush();
      });
    },
  };
}

const failed = (code: string, message: string) => ({ error: { code, message } });
