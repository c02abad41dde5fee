/**
 * The vault and its shop in a separate process, so that every byte they print can be kept. The shop shows no hints,
 * because those are card numbers; it reaches the vault through the relay. Started by leaks.test.ts alone.
 */
import { startShop } from '../../../examples/shop/server.ts';
import { localFile } from '../../cli/fuda.ts';
import { startVault, type TestMerchant, type TestVault } from '../../setup/vault.ts';

/** What the parent may ask for, one at a time. */
export type Wish =
  | { readonly kind: 'contents' }
  | { readonly kind: 'sweep'; readonly expiredTokens: readonly string[]; readonly oldCharges: readonly string[] }
  | { readonly kind: 'flush trail' }
  | { readonly kind: 'stop' };

export interface Started {
  readonly apiUrl: string;
  readonly shopUrl: string;
  readonly dir: string;
  readonly local: object;
  readonly publishableKey: string;
  readonly secretKey: string;
}

const [relayedShopUrl = '', relayedApiUrl = ''] = process.argv.slice(2);
const HOUR_MS = 60 * 60_000;

const vault = await startVault();
const merchant: TestMerchant = await vault.merchant({ allowedOrigins: [relayedShopUrl] });
const { publishableKey, secretKey } = merchant;
const shop = await startShop({ port: 0, apiUrl: relayedApiUrl, publishableKey, secretKey, testCardHints: false });

async function grant(wish: Wish): Promise<unknown> {
  switch (wish.kind) {
    case 'contents':
      return vault.contents();
    case 'sweep':
      return sweep(vault, wish.expiredTokens, wish.oldCharges);
    case 'flush trail':
      return vault.runtime.flushTrail();
    case 'stop':
      await shop.stop();
      // The folder stays for the search.
      await vault.runtime.stop();
      return null;
    default:
      return wish satisfies never;
  }
}

async function sweep(at: TestVault, tokens: readonly string[], charges: readonly string[]): Promise<unknown> {
  const pastMs = Date.now() - HOUR_MS;
  for (const hash of tokens) await at.edit('Tokens', hash, { expires_at_ms: pastMs });
  for (const id of charges) await at.edit('Ledger', id, { created_at_ms: pastMs, open_since_ms: pastMs });
  return at.runtime.runSchedule('scheduled/sweep');
}

process.on('message', async (wish: Wish) => {
  process.send?.((await grant(wish)) ?? null);
  if (wish.kind === 'stop') process.disconnect();
});
process.send?.({
  apiUrl: vault.runtime.apiUrl,
  shopUrl: shop.url,
  dir: vault.dir,
  local: await localFile(vault.operator, { opener_roles: vault.runtime.openerRoles }),
  publishableKey,
  secretKey,
} satisfies Started);
