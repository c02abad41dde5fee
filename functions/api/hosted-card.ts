/**
 * GET /hosted/card: the hosted card field, for a page on one of the merchant's registered origins. The page is one
 * file, with what was checked here written into it; its headers limit what it can do (shared/pages/page.ts).
 */
import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { VaultError } from '../../shared/base/errors.ts';
import { isBrand } from '../../shared/card/brand.ts';
import { PLAIN_FIELD } from '../../shared/card/field-settings.ts';
import { GROUP, isFieldSet } from '../../shared/card/fields.ts';
import { parseOrigin } from '../../shared/merchants/origin.ts';
import { pageHeaders, readHostedPage, withSettings } from '../../shared/pages/page.ts';
import { makeDeps } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps({ tables: ['Merchants'], keys: [] });
const page = readHostedPage(readFileSync(new URL('./assets/card.html', import.meta.url), 'utf8'));

const QUERY = ['key', 'origin', 'locale', 'theme', 'field_set', 'group', 'brand', 'probe'] as const;

const serve = pipeline(deps, { key: 'none', query: QUERY }, async ({ callers, query }) => {
  // The hourly check, and anyone else, may fetch the page to inspect it: without a key it does nothing, and no page may
  // frame it.
  const probe = query('probe');
  if (probe !== undefined && probe !== '1') throw new VaultError('invalid_field', { param: 'probe' });
  if (probe === '1') return { status: 200, headers: pageHeaders(page, null), text: page.html };
  const key = query('key');
  // A page can pass its key to a frame only in the frame's address.
  const caller = await callers.identify(key && `Bearer ${key}`, 'publishable');
  const { allowed_origins: allowed } = await callers.merchant(caller);
  const origin = parseOrigin(query('origin') ?? '');
  if (origin === null || !allowed.includes(origin)) throw new VaultError('origin_not_allowed', { param: 'origin' });
  const settings = { publishable_key: caller.apiKey, is_test: caller.mode === 'test', origin, ...shownBy(query) };
  return { status: 200, headers: pageHeaders(page, origin), text: withSettings(page.html, settings) };
});

/** What of the field shows, and how; of language and theme the field takes what it knows. Throws for any other odd value. */
function shownBy(query: (name: (typeof QUERY)[number]) => string | undefined) {
  const read = <Value extends string, None>(
    param: (typeof QUERY)[number],
    isKnown: (text: string) => text is Value,
    none: None,
  ) => {
    const text = query(param);
    if (text === undefined) return none;
    if (!isKnown(text)) throw new VaultError('invalid_field', { param });
    return text;
  };
  return {
    field_set: read('field_set', isFieldSet, PLAIN_FIELD.field_set),
    brand: read('brand', isBrand, PLAIN_FIELD.brand),
    group: read('group', isGroup, PLAIN_FIELD.group),
    locale: query('locale') ?? PLAIN_FIELD.locale,
    theme: query('theme') ?? PLAIN_FIELD.theme,
  };
}

const isGroup = (text: string): text is string => GROUP.test(text);

/**
 * A page cannot read why its frame was refused, so `fuda.js` repeats the request from the page; CORS lets it read the
 * error.
 */
export const handler = async (event: APIGatewayProxyEvent, context: Context) => {
  const response = await serve(event, context);
  if (response.statusCode < 400) return response;
  return { ...response, headers: { ...response.headers, 'access-control-allow-origin': '*' } };
};
