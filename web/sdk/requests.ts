/**
 * Questions to the frame that are still open. Each is answered once: by the frame, by its time limit, or when the
 * field ends.
 */
import type { CardError, TokenizeResult } from './types.ts';

export interface Requests {
  /** Opens a question under the next number. */
  open(send: (request: number) => void): Promise<TokenizeResult>;
  answer(request: number, result: TokenizeResult): void;
  /** Answers everything that is open. */
  failAll(error: CardError): void;
}

export function createRequests(timeoutMs: number, limit: number): Requests {
  const waiting = new Map<number, (result: TokenizeResult) => void>();
  let last = 0;

  const answer = (request: number, result: TokenizeResult) => {
    waiting.get(request)?.(result);
    waiting.delete(request);
  };

  return {
    answer,
    open: (send) => {
      if (waiting.size >= limit) return Promise.resolve(failed('busy', 'Too many calls of tokenize() at once.'));
      last += 1;
      const request = last;
      return new Promise((resolve) => {
        const timer = setTimeout(() => answer(request, failed('timeout', 'The card field did not answer.')), timeoutMs);
        waiting.set(request, (result) => {
          clearTimeout(timer);
          resolve(result);
        });
        send(request);
      });
    },
    failAll: (error) => {
      for (const request of [...waiting.keys()]) answer(request, { error });
    },
  };
}

const failed = (code: string, message: string): TokenizeResult => ({ error: { code, message } });
