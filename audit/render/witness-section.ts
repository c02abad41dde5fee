/** Renders the comparison of processors' listings with the ledger, and what such a comparison cannot say. */
import type { Bounded } from '../base/bounded.ts';
import {
  type AccountMatch,
  LISTINGS,
  type ListingFile,
  type Matched,
  type WitnessEvidence,
} from '../witness/evidence.ts';
import { fileOf } from './appendices.ts';
import { grouped } from './chart.ts';
import { type Html, html } from './html.ts';
import { type Cells, code, count, ids, listing, long, section, table, text, time } from './layout.ts';
import type { Messages } from './messages-en.ts';

/** Accounts of one table in the page; report.json has all. */
const MAX_ACCOUNTS = 200;

export function witnessSection(witness: WitnessEvidence | undefined, words: Messages): Html {
  if (witness === undefined) return section(words, 'witness', html`<p>${words.witness.none}</p>`);
  const { listings, accounts, unlisted, unknown, differing } = witness;
  return section(words, 'witness', [
    table(words, LISTING_CELLS, listings),
    accountTable(accounts, words),
    mismatches(words.findings.charge_unlisted, unlisted, words),
    mismatches(words.findings.listing_unknown, unknown, words),
    mismatches(words.findings.listing_differs, differing, words),
    html`<ul>${[...said(witness, words), ...words.witness.limits].map((line) => html`<li>${line}</li>\n`)}</ul>`,
  ]);
}

/** The sums, each in a sentence. */
const said = ({ rows, rowsRight, rowsOutside, unmoved }: WitnessEvidence, { witness: { say } }: Messages): string[] => [
  say.right(rowsRight, rows),
  ...(rowsOutside > 0 ? [say.outside(rowsOutside)] : []),
  say.unmoved(Object.values(unmoved).reduce((sum, charges) => sum + charges, 0)),
];

const LISTING_CELLS: Cells<ListingFile> = {
  listing: ({ name }) => code(name),
  rows: ({ rows }) => count(rows),
  sha256: ({ sha256 }) => ids(sha256),
};

function accountTable(accounts: readonly AccountMatch[], words: Messages): Html | undefined {
  const withFunds = accounts.filter(({ recorded }) => recorded > 0);
  const shown = { items: withFunds.slice(0, MAX_ACCOUNTS), total: withFunds.length };
  return listing(words, shown, 'report.json', {
    merchant: ({ merchant }) => code(merchant),
    processor: ({ processor, mode }) => text(`${processor} · ${mode}`),
    recorded: ({ recorded }) => count(recorded),
    listed: (account) => (account.isListed ? count(account.listed) : text(words.witness.noListing)),
  });
}

function mismatches(title: string, found: Bounded<Matched>, words: Messages): Html | undefined {
  const reasons: Readonly<Record<string, string>> = words.reasons;
  const shown = listing(words, found, fileOf(LISTINGS), {
    reference: ({ reference }) => code(reference),
    verdict: ({ verdict }) => text(html`<span class="bad">${reasons[verdict] ?? verdict}</span>`),
    inListing: ({ row }) => long(row === undefined ? '—' : money(words.witness.types[row.type], row)),
    inLedger: ({ charge, recorded }) => long(charge === undefined ? '—' : ledgerSays({ charge, recorded }, words)),
    time: ({ row, recorded, charge }) => {
      const atMs = row?.timeMs ?? recorded?.atMs ?? charge?.createdAtMs;
      return atMs === undefined ? text('—') : time(atMs);
    },
  });
  return (
    shown &&
    html`<h3 class="bad">${title}</h3>
${shown}`
  );
}

/** `charge 1,200 JPY` */
const money = (what: string, { amountMinor, currency }: { readonly amountMinor: number; readonly currency: string }) =>
  `${what} ${grouped(amountMinor)} ${currency}`;

function ledgerSays({ charge, recorded }: Pick<Matched, 'charge' | 'recorded'>, { witness }: Messages): string {
  if (charge === undefined) return '—';
  const { currency, capturedMinor, status } = charge;
  const amountMinor = recorded?.amountMinor ?? capturedMinor;
  return `${money(witness.types[recorded?.type ?? 'charge'], { amountMinor, currency })} (${status})`;
}
