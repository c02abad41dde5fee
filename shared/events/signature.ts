/**
 * Standard Webhooks signatures (standardwebhooks.com, specification 1.0): HMAC-SHA-256 over id, time and the exact
 * bytes of the body, under a secret of the form `whsec_` and base64. While a secret is being replaced, a message has
 * one signature for each.
 */
import { createHmac } from 'node:crypto';
import { needs } from '../base/errors.ts';
import type { RandomBytes } from '../base/ids.ts';
import { Secret } from '../merchants/secret.ts';

/** The specification asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;
const PREFIX = 'whsec_';

export const newSigningSecret = (random: RandomBytes): Secret =>
  new Secret(PREFIX + Buffer.from(random(SECRET_BYTES)).toString('base64'));

export interface Message {
  /** The event's id: the same at every try, so that the receiver recognises a repetition. */
  readonly id: string;
  readonly timestampMs: number;
  readonly body: string;
}

/** The three headers of a message. */
export function signedHeaders(secrets: readonly Secret[], { id, timestampMs, body }: Message): Record<string, string> {
  needs(secrets.length > 0, 'a message is signed');
  const timestamp = String(Math.floor(timestampMs / 1000));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => sign(secret, `${id}.${timestamp}.${body}`)).join(' '),
  };
}

function sign(secret: Secret, content: string): string {
  const key = Buffer.from(secret.clearText().slice(PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}
