/**
 * The payment page in every state under every fault: it says that nothing was paid only while the vault says so, and once
 * it can ask, it says what the vault says.
 */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Page, Route } from 'playwright-core';
import { WORDS } from '../../shared/payments/checkout/words.ts';
import { eventually } from '../setup/eventually.ts';
import { isDrawn } from '../setup/sweeps.ts';
import { useInEach } from '../setup/use.ts';
import { GOOD_CARD } from './checkout.ts';
import { problem, startPaymentVault } from './payment-vault.ts';
import { webScene } from './scene.ts';

const scene = webScene();
const vault = useInEach(() => startPaymentVault(scene.webFolder));
let page: Page;
let release = () => {};
/**
 * What befalls a request of the page's script; null lets it through. Nothing is unrouted, because Chromium does not end
 * that while the page loads.
 */
let strike: ((route: Route) => Promise<void> | void) | null;

beforeEach(async () => {
  page = await scene.page();
  await page.clock.install();
  release = () => {};
  strike = null;
  await page.route('**/*', (route) => (strike === null || isPage(route) ? route.continue() : strike(route)));
});

/** Asks a page again where it loaded itself anew at that moment, as it does when it learns the outcome. */
const steadily = async <Found>(ask: () => Promise<Found>): Promise<Found> => {
  const asked = await eventually('the page has loaded', () =>
    ask().then(
      (found) => ({ found }),
      (error: Error) => {
        if (!error.message.includes('Execution context was destroyed')) throw error;
        return null;
      },
    ),
  );
  return asked.found;
};
const passTime = (ms: number) => steadily(() => page.clock.runFor(ms));
const inPage = (script: string) => steadily(() => page.evaluate(script));

const shown = (on: Page = page) => steadily(() => on.locator('main').getAttribute('data-status'));
const becomes = (status: string) => page.locator(`main[data-status="${status}"]`).waitFor();
const load = () => page.goto(vault.url);

/** Whether anything that is visible says that nothing was paid. */
const saysUnpaid = async (on: Page = page): Promise<boolean> =>
  (await steadily(() =>
    on
      .getByText(/without paying|nothing was charged/i)
      .filter({ visible: true })
      .count(),
  )) > 0;

const isUnpaid = () => ['open', 'expired', 'canceled'].includes(vault.status);

/** What the page says of payment holds for the vault: asked before and after, because the vault may go on meanwhile. */
async function expectTrue(on: Page = page): Promise<void> {
  const before = isUnpaid();
  if (await saysUnpaid(on)) expect([before, isUnpaid()]).toEqual([true, true]);
}

async function pressPay(on: Page = page): Promise<void> {
  for (const [id, text] of Object.entries(GOOD_CARD)) await on.locator(`#${id}`).fill(text);
  await on.locator('#pay').click();
}

const payIfAsked = async (): Promise<void> => {
  if (await page.locator('#pay:enabled').isVisible()) await pressPay();
};

/** How the page comes into a state. */
const STATES: Readonly<Record<string, () => Promise<void>>> = {
  open: async () => void (await load()),
  paying: async () => {
    vault.respondsAfter = new Promise((resolve) => {
      release = resolve;
    });
    await load();
    await pressPay();
    await eventually('the vault has the payment', () => vault.payments.count === 1);
  },
  unsure: async () => {
    await load();
    let asked = 0;
    strike = (route) => {
      if (isPayment(route)) return lose(route);
      if (!isPay(route)) return route.continue();
      asked += 1;
      return asked === 1 ? route.abort() : route.continue();
    };
    await pressPay();
    await becomes('processing');
    strike = null;
  },
  processing: async () => {
    vault.status = 'processing';
    await load();
  },
  declined: async () => {
    vault.next = 'refused';
    await load();
    await pressPay();
    await page.locator('#refused').waitFor();
    vault.next = 'paid';
  },
  paid: async () => {
    vault.status = 'paid';
    await load();
  },
  expired: async () => {
    vault.status = 'expired';
    await load();
  },
  canceled: async () => {
    vault.status = 'canceled';
    await load();
  },
  offline: async () => {
    await load();
    await page.context().setOffline(true);
  },
};

/** The vault gets the request, and the page no response. */
async function lose(route: Route): Promise<void> {
  await route.fetch().catch(() => null);
  await route.abort('connectionreset');
}

const isPage = (route: Route) => route.request().resourceType() === 'document';
const pathOf = (route: Route) => new URL(route.request().url()).pathname;
/** The payment, or a question for its outcome. */
const isPay = (route: Route) => /\/pay(?:\/|$)/.test(pathOf(route));
const isPayment = (route: Route) => pathOf(route).endsWith('/pay');
/** Lets all but payments through. */
const toPayments = (fault: NonNullable<typeof strike>) => (route: Route) =>
  isPayment(route) ? fault(route) : route.continue();

/** Does this to every request of the page's script, until the fault is over. */
const toRequests = (fault: (route: Route) => Promise<void>) => async (): Promise<void> => {
  strike = fault;
  await payIfAsked();
  await asking();
};

/** Lets the page ask the vault a few times. */
async function asking(): Promise<void> {
  for (let times = 0; times < 4; times += 1) {
    await passTime(3_000);
    await expectTrue();
  }
}

/** Chromium without a window shows every tab, so what it tells a tab is replayed. */
const seen = (state: 'hidden' | 'visible') => `
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${state}' });
  document.dispatchEvent(new Event('visibilitychange'));`;

const html = { contentType: 'text/html', body: '<h1>Sign in to this network</h1>' };
const FAULTS: Readonly<Record<string, () => Promise<void>>> = {
  'responses are lost': toRequests(lose),
  'connections are refused': toRequests((route) => route.abort('connectionrefused')),
  'the vault fails': toRequests((route) => route.fulfill({ status: 500, json: { code: 'internal' } })),
  'the vault is too busy': toRequests((route) => route.fulfill({ status: 429, json: { code: 'too_many_requests' } })),
  'a firewall refuses': toRequests((route) => route.fulfill({ status: 403, ...html })),
  'a network answers for the vault': toRequests((route) => route.fulfill({ status: 200, ...html })),
  'the page is reloaded': async () => {
    await page.context().setOffline(false);
    await page.reload();
  },
  'the shopper leaves and comes back': async () => {
    await page.context().setOffline(false);
    await page.goto('about:blank');
    await page.goBack();
  },
  'the browser restores the page from memory (replayed)': async () => {
    await page.context().setOffline(false);
    // Chromium does not keep pages in memory while it is driven.
    await inPage(`dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))`);
  },
  'a second tab pays': async () => {
    await page.context().setOffline(false);
    const second = scene.opened(await page.context().newPage());
    await second.goto(vault.url);
    await expectTrue(second);
    await inPage(seen('hidden'));
    if ((await shown(second)) === 'open') {
      await pressPay(second);
      await second.locator('main[data-status="paid"]').waitFor();
    }
    await expectTrue();
    await inPage(seen('visible'));
  },
};

describe.each(Object.keys(STATES))('a page that is %s', (state) => {
  const row = Object.keys(STATES).indexOf(state);
  test.each(Object.keys(FAULTS).filter((_, index) => isDrawn(row + index, 3)))(
    'says only what the vault says when %s',
    async (fault) => {
      await STATES[state]?.();
      await expectTrue();
      await FAULTS[fault]?.();
      await expectTrue();
      // The fault is over.
      strike = null;
      release();
      await page.context().setOffline(false);
      if (vault.status === 'processing') vault.status = 'paid';
      await eventually(
        () => `the page says ${vault.status}`,
        async () => {
          await passTime(5_000);
          await expectTrue();
          return (await shown()) === vault.status;
        },
      );
      expect(vault.payments.count).toBeLessThanOrEqual(state === 'declined' ? 2 : 1);
    },
  );
});

describe('a page that cannot learn the outcome', () => {
  test.each(['en', 'ja'] as const)(
    'asks for a limited time, and then says in %s that it has stopped',
    async (locale) => {
      vault.locale = locale;
      let requests = 0;
      await load();
      strike = (route) => {
        if (!isPay(route)) return route.continue();
        requests += 1;
        return lose(route);
      };
      await pressPay();
      await becomes('processing');
      const words = WORDS[locale];
      expect(await page.locator('h2').textContent()).toBe(words.results.unsure.title);
      // Where the cursor is, a screen reader reads on.
      expect(await page.evaluate('document.activeElement.id')).toBe('result-title');
      await eventually('the page has stopped', async () => {
        await passTime(10_000);
        return page.locator('#stopped').isVisible();
      });
      expect(await page.locator('#result-text').isVisible()).toBe(false);
      expect(await page.locator('#stopped').textContent()).toBe(words.stopped);
      const asked = requests;
      expect(asked).toBeLessThan(100);
      await passTime(600_000);
      expect(requests).toBe(asked);
      // Its link leads to where the shop asks the vault.
      expect(await page.locator('.back a').getAttribute('href')).toMatch(
        /^https:..shop\.example.orders.1\?checkout_session=cs_/,
      );
    },
  );

  test('sends the same token again, so that a payment without a response is one payment', async () => {
    const tokens: unknown[] = [];
    await load();
    strike = (route) => {
      if (!isPayment(route)) return isPay(route) ? route.fulfill({ status: 503 }) : route.continue();
      tokens.push(route.request().postDataJSON().token);
      return tokens.length < 3 ? lose(route) : route.continue();
    };
    await pressPay();
    await eventually('the payment is sent', () => tokens.length > 0);
    await eventually('the page says paid', async () => {
      await passTime(1_000);
      return (await shown()) === 'paid';
    });
    expect(tokens).toHaveLength(3);
    expect(new Set(tokens).size).toBe(1);
    expect(vault.payments.count).toBe(1);
  });

  test('whose payment never reached the vault says so once the vault does, and pays at the next press', async () => {
    await load();
    strike = toPayments((route) => route.abort('connectionrefused'));
    await pressPay();
    await becomes('processing');
    await eventually('the vault is believed', async () => {
      await passTime(10_000);
      return page.locator('#unpaid').isVisible();
    });
    expect([vault.status, vault.payments.count]).toEqual(['open', 0]);
    expect(await page.locator('#number').inputValue()).toBe('4242 4242 4242 4242');
    strike = null;
    await page.locator('#pay').click();
    await becomes('paid');
    expect(vault.payments.count).toBe(1);
  });

  test('reloaded before its payment has reached the vault does not believe that the session is open', async () => {
    await load();
    strike = toPayments(() => {});
    await pressPay();
    await becomes('paying');
    await page.reload();
    await becomes('processing');
    expect(await saysUnpaid()).toBe(false);
    // The payment comes in late.
    await passTime(10_000);
    expect(await saysUnpaid()).toBe(false);
    vault.status = 'paid';
    await eventually('the page says paid', async () => {
      await passTime(3_000);
      return (await shown()) === 'paid';
    });
  });
});

test('a token that the vault refuses has paid nothing, and the page says so', async () => {
  await load();
  const json = problem('token_expired');
  strike = toPayments((route) => route.fulfill({ status: 422, json }));
  await pressPay();
  await page.locator('#unpaid').waitFor();
  expect(await shown()).toBe('open');
});

test.each<[string, number, object]>([
  ['a firewall', 403, problem('request_refused')],
  ['a service before the vault', 403, { code: 'forbidden' }],
  ['API Gateway, of a route that it does not know', 404, problem('route_not_found')],
  ['API Gateway, of the size of a body', 413, problem('body_too_large')],
  ['a program that has the vault’s words', 422, { code: 'token_expired' }],
])('after a lost response the word of %s is not taken for the vault’s', async (_who, status, json) => {
  await load();
  let payments = 0;
  strike = async (route) => {
    if (!isPay(route)) return route.continue();
    if (!isPayment(route)) return route.abort();
    payments += 1;
    return payments === 1 ? lose(route) : route.fulfill({ status, json });
  };
  await pressPay();
  // Time passes for the token too, which takes as long as the machine wants.
  await eventually('the payment is sent', () => payments > 0);
  await eventually('the page has asked again', async () => {
    await passTime(3_000);
    expect(await saysUnpaid()).toBe(false);
    return payments > 1;
  });
  for (let times = 0; times < 4; times += 1) {
    await passTime(3_000);
    expect(await saysUnpaid()).toBe(false);
  }
  strike = null;
  await eventually('the page says paid', async () => {
    await passTime(3_000);
    return (await shown()) === 'paid';
  });
  expect(vault.payments.count).toBe(1);
});
