/**
 * Questions to the frame that are still open. Each is answered once: by the frame, by its time limit, or when the
 * field ends or is found missing.
 */
import type { CardError, TokenizeResult } from './types.ts';

export interface Requests<Token> {
  /** Opens a question under the next number. */
  open(send: (request: number) => void): Promise<TokenizeResult<Token>>;
  answer(request: number, result: TokenizeResult<Token>): void;
  /** Answers everything that is open. */
  failAll(error: CardError): void;
}

export interface RequestLimits {
  readonly timeoutMs: number;
  readonly openMax: number;
  /** For the cardholder. */
  readonly timeoutMessage: string;
  /** Asked now and then while a question is open: no browser tells a page that a frame was taken away. */
  trouble(): CardError | null;
}

const LOOK_EVERY_MS = 250;

export function createRequests<Token>(limits: RequestLimits): Requests<Token> {
  const { timeoutMs, timeoutMessage, openMax, trouble } = limits;
  const waiting = new Map<number, (result: TokenizeResult<Token>) => void>();
  let last = 0;
  let watch: ReturnType<typeof setInterval> | undefined;

  const answer = (request: number, result: TokenizeResult<Token>) => {
    waiting.get(request)?.(result);
    waiting.delete(request);
    if (waiting.size === 0) clearInterval(watch);
  };
  const failAll = (error: CardError) => {
    for (const request of [...waiting.keys()]) answer(request, { error });
  };
  const look = () => {
    const error = trouble();
    if (error !== null) failAll(error);
  };

  return {
    answer,
    failAll,
    open: (send) => {
      if (waiting.size >= openMax) return Promise.resolve(failed('busy', 'Too many calls of tokenize() at once.'));
      if (waiting.size === 0) watch = setInterval(look, LOOK_EVERY_MS);
      last += 1;
      const request = last;
      return new Promise((resolve) => {
        const timer = setTimeout(() => answer(request, failed('timeout', timeoutMessage)), timeoutMs);
        waiting.set(request, (result) => {
          clearTimeout(timer);
          resolve(result);
        });
        send(request);
      });
    },
  };
}

const failed = (code: string, message: string) => ({ error: { code, message } });
