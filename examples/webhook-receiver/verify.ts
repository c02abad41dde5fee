/**
 * Verifies that a message is from the vault, with the public `standardwebhooks` package. It needs the raw body: parsing
 * and printing it again would change the signed bytes.
 */
import { Webhook } from 'standardwebhooks';

export interface VaultEvent {
  readonly object: 'event';
  readonly id: string;
  /** `charge.captured`, `refund.succeeded`, `checkout_session.paid`, … */
  readonly type: string;
  readonly created_at: string;
  readonly data: {
    readonly object: { readonly object: 'charge' | 'refund' | 'checkout_session'; readonly id: string };
  };
}

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Null where no signature is right, a header is missing, or the message is more than five minutes old. */
export function verifiedEvent(secret: string, rawBody: string | Buffer, headers: Headers): VaultEvent | null {
  try {
    return new Webhook(secret).verify(rawBody, lowerCase(headers)) as VaultEvent;
  } catch {
    return null;
  }
}

/** Header names as the package looks them up; gateways keep the sender's capitals. */
function lowerCase(headers: Headers): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value ?? '')]));
}
