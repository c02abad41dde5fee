/** The pages for the clerk, and for a shopper who returns. */
import { Html, html } from '../shop/html.ts';
import type { Session } from './sessions.ts';

export const STYLE = `
body { max-width: 30rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif; }
label { display: block; margin-bottom: 1rem; }
input { display: block; width: 100%; padding: .5rem; font: inherit; box-sizing: border-box; }
button { padding: .6rem 1.2rem; font: inherit; }
.link { overflow-wrap: anywhere; }
.code svg { display: block; width: 16rem; max-width: 100%; }
.status { padding: .6rem .9rem; border-inline-start: .4rem solid #8791a3; background: #f3f5f8; font-weight: 700; }
.status.paid { border-color: #14713f; }
`;

const yen = (amount: number): string => `¥${amount.toLocaleString('en-US')}`;

const whole = (title: string, body: Html): string =>
  html`<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
  <link rel="stylesheet" href="/till.css"></head>
  <body>${body}</body>
</html>`.text;

export const newSalePage = (): string =>
  whole(
    'New sale',
    html`<h1>New sale</h1>
    <form method="post" action="/sales">
      <label>Amount in yen <input name="amount" inputmode="numeric" pattern="[0-9]{1,9}" required></label>
      <label>For what <input name="description" maxlength="100" required></label>
      <button>Show a code</button>
    </form>`,
  );

/** Clerks rely on the till's own words, not on the shopper's screen. */
const WORDS: Readonly<Record<Session['status'], string>> = {
  open: 'Not paid yet',
  processing: 'Being confirmed: wait',
  paid: 'PAID: hand over the goods',
  expired: 'Expired: not paid',
  canceled: 'Canceled: not paid',
};

export const salePage = (session: Session): string =>
  whole(
    `Sale of ${yen(session.amount)}`,
    html`<h1>${yen(session.amount)}</h1>
    <p class="status ${session.status}">${WORDS[session.status]}</p>
    ${
      session.status === 'open' &&
      html`<p class="code">${new Html(session.qr_code)}</p>
      <p><a class="link" href="${session.url}">${session.url}</a></p>
      <form method="post" action="/sales/${session.id}/cancel"><button>Call it off</button></form>`
    }
    <p><a href="/">Next sale</a></p>`,
  );

/** For a browser that comes from the payment page, or says that it does. */
export const returnPage = (status: Session['status'] | null): string =>
  whole(
    'Thank you',
    html`<h1>${status === 'paid' ? 'Thank you, we have your payment.' : 'We have no payment from you yet.'}</h1>
    <p class="status ${status ?? ''}">${status === null ? 'There is no such sale.' : WORDS[status]}</p>`,
  );
