/**
 * GET /hosted/card: the hosted card field, for a page of an origin its merchant has registered. The page is one file;
 * what it may do is in its headers (shared/hosted/page.ts).
 */
import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { VaultError } from '../../shared/base/errors.ts';
import { isBrand } from '../../shared/card/brand.ts';
import { isMode, SESSION } from '../../shared/card/fields.ts';
import { type FramedBy, pageHeaders, readHostedPage } from '../../shared/hosted/page.ts';
import { parseOrigin } from '../../shared/merchants/origin.ts';
import { makeDeps } from '../deps.ts';
import { pipeline } from '../pipeline.ts';

const deps = makeDeps({ tables: ['Merchants'], keys: [] });
const page = readHostedPage(readFileSync(new URL('./assets/card.html', import.meta.url), 'utf8'));

const ADDRESS = { mode: isMode, brand: isBrand, session: (text: string) => SESSION.test(text) };

const answerTo = (framedBy: FramedBy) => ({ status: 200, headers: pageHeaders(page, framedBy), text: page.html });

const serve = pipeline(deps, { key: 'none' }, async ({ authenticator, query }) => {
  // For the hourly check and for anyone else to look at: without a key it can do nothing, and no page may hold it.
  if (query('probe') === '1') return answerTo(null);
  const key = query('key');
  // A frame's address is the only place a page can put its key.
  const caller = await authenticator.authenticate(key && `Bearer ${key}`, 'publishable');
  const { allowed_origins: allowed } = await authenticator.merchant(caller);
  const origin = parseOrigin(query('origin') ?? '');
  if (origin === null || !allowed.includes(origin)) throw new VaultError('origin_not_allowed', { param: 'origin' });
  refuseOddAddress(query);
  return answerTo(origin);
});

/** What else the address may say. The page reads it by the same tables, and would take anything odd for left out. */
function refuseOddAddress(query: (name: string) => string | undefined): void {
  for (const [param, isKnown] of Object.entries(ADDRESS)) {
    const text = query(param);
    if (text !== undefined && !isKnown(text)) throw new VaultError('invalid_field', { param });
  }
}

/** A page cannot see why its frame is refused, so `fuda.js` asks again from the page, where a refusal may be read. */
export const handler = async (event: APIGatewayProxyEvent, context: Context) => {
  const answer = await serve(event, context);
  if (answer.statusCode < 400) return answer;
  return { ...answer, headers: { ...answer.headers, 'access-control-allow-origin': '*' } };
};
