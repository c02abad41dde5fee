/** The one merchant of every story: its callers, its PSP and its webhook endpoint. */
import type { ForwardingMerchant } from '../../shared/payments/forward/destination.ts';
import { START_MS } from '../../test/setup/world.ts';

const MERCHANT_ID = `mer_${'a'.repeat(26)}`;
const CALLER = { merchantId: MERCHANT_ID, mode: 'test', owner: `${MERCHANT_ID}/test` } as const;

export const PSP_HOST = 'psp.example';
export const HOOKS_URL = 'https://shop.example/hooks';
/** The merchant's credential at its PSP. */
export const PSP_SECRET = 'psp-key';

const MERCHANT: ForwardingMerchant = {
  record_id: MERCHANT_ID,
  merchant_id: MERCHANT_ID,
  name: 'Chaya',
  allowed_origins: ['https://shop.example'],
  token_ttl_minutes: 15,
  created_at_ms: START_MS,
  forward_destinations: [
    {
      name: 'psp',
      mode: 'test',
      origin: `https://${PSP_HOST}`,
      path_prefix: '/v1',
      methods: ['POST'],
      fields: { number: ['/number'], cvc: ['/code'] },
      dangerously_allows_loopback: false,
    },
  ],
};

export const SHOP = {
  merchant: MERCHANT,
  publishable: { ...CALLER, kind: 'publishable', apiKey: 'pk_test_story' },
  secret: { ...CALLER, kind: 'secret' },
} as const;
