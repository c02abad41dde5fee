/**
 * GET /hosted/card: the hosted card field, for a page on one of the merchant's registered origins. The page is one
 * file; its headers limit what it can do (shared/pages/page.ts).
 */
import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { VaultError } from '../../shared/base/errors.ts';
import { isBrand } from '../../shared/card/brand.ts';
import { GROUP, isFieldSet } from '../../shared/card/fields.ts';
import { parseOrigin } from '../../shared/merchants/origin.ts';
import { type FramedBy, pageHeaders, readHostedPage } from '../../shared/pages/page.ts';
import { makeDeps } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps({ tables: ['Merchants'], keys: [] });
const page = readHostedPage(readFileSync(new URL('./assets/card.html', import.meta.url), 'utf8'));

const ADDRESS = { field_set: isFieldSet, brand: isBrand, group: (text: string) => GROUP.test(text) };

const responseTo = (framedBy: FramedBy) => ({ status: 200, headers: pageHeaders(page, framedBy), text: page.html });

const serve = pipeline(deps, { key: 'none' }, async ({ callers, query }) => {
  // The hourly check, and anyone else, may fetch the page to inspect it: without a key it does nothing, and no page may
  // frame it.
  if (query('probe') === '1') return responseTo(null);
  const key = query('key');
  // A page can pass its key to a frame only in the frame's address.
  const caller = await callers.identify(key && `Bearer ${key}`, 'publishable');
  const { allowed_origins: allowed } = await callers.merchant(caller);
  const origin = parseOrigin(query('origin') ?? '');
  if (origin === null || !allowed.includes(origin)) throw new VaultError('origin_not_allowed', { param: 'origin' });
  refuseOddAddress(query);
  return responseTo(origin);
});

/**
 * Refuses unknown values of the other query parameters, because the page, which uses the same tables, would ignore
 * them.
 */
function refuseOddAddress(query: (name: string) => string | undefined): void {
  for (const [param, isKnown] of Object.entries(ADDRESS)) {
    const text = query(param);
    if (text !== undefined && !isKnown(text)) throw new VaultError('invalid_field', { param });
  }
}

/**
 * A page cannot read why its frame was refused, so `fuda.js` repeats the request from the page; CORS lets it read the
 * error.
 */
export const handler = async (event: APIGatewayProxyEvent, context: Context) => {
  const response = await serve(event, context);
  if (response.statusCode < 400) return response;
  return { ...response, headers: { ...response.headers, 'access-control-allow-origin': '*' } };
};
