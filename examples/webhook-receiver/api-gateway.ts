/**
 * The same receiver as a Lambda function behind API Gateway. The event has the body as it came, or base64 of it where
 * the API treats it as binary; what matters is to verify those bytes and not a parsed copy.
 */
import { inbox } from './inbox.ts';
import { type Headers, type VaultEvent, verifiedEvent } from './verify.ts';

/** What is used of API Gateway's proxy event, REST (v1) and HTTP (v2) alike. */
export interface ProxyEvent {
  readonly headers: Headers | null;
  readonly body?: string | null;
  readonly isBase64Encoded: boolean;
}

/** `export const handler = apiGatewayHandler(secret, work);` */
export function apiGatewayHandler(secret: string, work: (event: VaultEvent) => Promise<void> | void) {
  const events = inbox(work);
  return async ({ headers, body, isBase64Encoded }: ProxyEvent): Promise<{ statusCode: number }> => {
    const rawBody = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
    const event = verifiedEvent(secret, rawBody, headers ?? {});
    if (event === null) return { statusCode: 400 };
    // A failure of the work fails the function: API Gateway returns 502, and the vault sends the event again.
    await events.take(event);
    return { statusCode: 204 };
  };
}
