/**
 * Everything that browsers load from the vault, as data: sources, routes and reasons. The build, the pages' policies,
 * the pinned addresses and the inventory of scripts follow from these rows, so that nothing reaches a payment page
 * without a written reason (PCI DSS 4.0.1 6.4.3).
 */

export interface ScriptOutput {
  readonly name: `${string}.js` | `${string}.mjs`;
  readonly entry: string;
  readonly format: 'iife' | 'esm';
  /** Why a payment page runs it. */
  readonly reason: string;
}

export interface PageOutput {
  readonly name: `${string}.html`;
  /** Markup with exactly one empty `<script>` and one empty `<style>`. */
  readonly markup: string;
  readonly style: string;
  /** Another page's markup, which replaces the empty elements of this one. */
  readonly borrowsFrom?: string;
  readonly script: string;
  /** The route that serves it, and an address that serves it without a key (functions/scheduled/check-pages.ts). */
  readonly route: string;
  readonly probe: string;
  /** Why the page runs its script, and why it needs its style. */
  readonly reasons: { readonly script: string; readonly style: string };
}

export const SCRIPTS: readonly ScriptOutput[] = [
  {
    name: 'fuda.js',
    entry: 'web/page/fuda.ts',
    format: 'iife',
    reason: 'Mounts the card field in the merchant’s page and passes its events and tokens on. It cannot read a card.',
  },
  {
    name: 'fuda.mjs',
    entry: 'web/page/module.ts',
    format: 'esm',
    reason: 'The same as fuda.js, for pages that import modules. It cannot read a card either.',
  },
];

export const PAGES: readonly PageOutput[] = [
  {
    name: 'card.html',
    markup: 'web/hosted/card.html',
    style: 'web/hosted/card.css',
    script: 'web/hosted/main.ts',
    route: '/hosted/card',
    probe: '/hosted/card?probe=1',
    reasons: {
      script:
        'Takes what is typed into the card field, encrypts it to the vault’s key, and sends it to the vault only.',
      style: 'The field’s looks. It loads no font, image or other style.',
    },
  },
  {
    name: 'pay.html',
    markup: 'web/pay/pay.html',
    borrowsFrom: 'web/hosted/card.html',
    style: 'web/pay/pay.css',
    script: 'web/pay/main.ts',
    route: '/pay/{checkout_session_id}',
    probe: '/pay/probe',
    reasons: {
      script:
        'Takes what is typed into the card form of a checkout session, encrypts it to the vault’s key, sends it to the vault only, and has the vault charge it.',
      style: 'The payment page’s looks, those of the card field among them. It loads no font, image or other style.',
    },
  },
];
