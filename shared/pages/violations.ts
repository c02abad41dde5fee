/**
 * Reduces reports of policy violations to what may be kept. A report quotes the refused address, and a script that
 * steals a card would put it there: in the query, the path, or a label of the host's name. So only the site of an
 * address is kept, and nothing of samples, referrers and policies (V1). Sources: Content Security Policy Level 3 §5
 * (both forms of report), Reporting API.
 */
import { isIPv4 } from 'node:net';
import * as z from 'zod/mini';
import { VaultError } from '../base/errors.ts';
import { readJson } from '../base/json.ts';

export interface Violation {
  /** The route of the page, or `other`, because anyone can send a report about any page. */
  readonly page: string;
  /** A directive's name, or `other`. */
  readonly directive: string;
  /** A keyword (`inline`, `eval` …), `extension`, a site such as `evil.example`, or `other`. */
  readonly blocked: string;
}

/** Reports in one request; a browser sends a handful. */
const REPORTS_MAX = 20;

const Text = z.optional(z.string());
const LegacyReport = z.object({
  'csp-report': z.object({
    'document-uri': Text,
    'effective-directive': Text,
    'violated-directive': Text,
    'blocked-uri': Text,
    'source-file': Text,
  }),
});
const ReportList = z
  .array(
    z.object({
      type: z.string(),
      body: z.optional(
        z.object({
          documentURL: Text,
          effectiveDirective: Text,
          blockedURL: Text,
          sourceFile: z.optional(z.unknown()),
        }),
      ),
    }),
  )
  .check(z.maxLength(REPORTS_MAX));

/** `routes` are those of the vault's pages. Throws what the API refuses: another content type, or no report. */
export function readViolations(text: string, contentType: string | undefined, routes: readonly string[]): Violation[] {
  const read = READERS[contentType?.split(';')[0]?.trim().toLowerCase() ?? ''];
  if (read === undefined) throw new VaultError('unsupported_content_type');
  const told = read(readJson(text)).map(
    (report): Violation => ({
      page: pageOf(report.page, routes),
      directive: directiveOf(report.directive),
      blocked: isFromExtension(report) ? 'extension' : blockedOf(report.blocked),
    }),
  );
  // Browsers often report one act twice, as an element and as its content.
  return [...new Map(told.map((violation) => [JSON.stringify(violation), violation])).values()];
}

interface RawReport {
  readonly page: string;
  readonly directive: string;
  readonly blocked: string;
  readonly sourceFile: string;
}

/** The forms that browsers send, by content type. */
const READERS: Readonly<Record<string, (value: unknown) => RawReport[]>> = {
  'application/csp-report': (value) => {
    const { 'csp-report': report } = parsed(LegacyReport, value);
    return [
      {
        page: report['document-uri'] ?? '',
        directive: report['effective-directive'] ?? report['violated-directive'] ?? '',
        blocked: report['blocked-uri'] ?? '',
        sourceFile: report['source-file'] ?? '',
      },
    ];
  },
  'application/reports+json': (value) =>
    parsed(ReportList, value)
      .filter(({ type }) => type === 'csp-violation')
      .map(({ body = {} }) => ({
        page: body.documentURL ?? '',
        directive: body.effectiveDirective ?? '',
        blocked: body.blockedURL ?? '',
        sourceFile: typeof body.sourceFile === 'string' ? body.sourceFile : '',
      })),
};

function parsed<Schema extends z.ZodMiniType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw new VaultError('malformed_json');
  return result.data;
}

const pathOf = (address: string): string => (URL.canParse(address) ? new URL(address).pathname : '');

/** `/vault/pay/cs_…` becomes the route `/pay/{…}`, so that no session id is kept. */
function pageOf(address: string, routes: readonly string[]): string {
  const path = pathOf(address);
  const isOf = (route: string): boolean => {
    const parts = route.split('/').slice(1);
    const last = path.split('/').slice(-parts.length);
    return parts.every((part, index) => (part.startsWith('{') ? (last[index] ?? '') !== '' : part === last[index]));
  };
  return routes.find(isOf) ?? 'other';
}

const DIRECTIVES: ReadonlySet<string> = new Set(
  (
    'default-src child-src connect-src font-src frame-src img-src manifest-src media-src object-src prefetch-src ' +
    'script-src script-src-elem script-src-attr style-src style-src-elem style-src-attr worker-src base-uri form-action ' +
    'frame-ancestors navigate-to require-trusted-types-for trusted-types'
  ).split(' '),
);

/** Older browsers send the whole directive with its sources. */
function directiveOf(text: string): string {
  const [name = ''] = text.split(' ');
  return DIRECTIVES.has(name) ? name : 'other';
}

/** Keywords in place of an address (Content Security Policy Level 3 §5.2, Trusted Types). */
const KEYWORDS: ReadonlySet<string> = new Set(
  'inline eval wasm-eval self data blob filesystem trusted-types-sink trusted-types-policy'.split(' '),
);

function blockedOf(text: string): string {
  if (KEYWORDS.has(text)) return text;
  if (!URL.canParse(text)) return 'other';
  const { protocol, hostname } = new URL(text);
  const scheme = protocol.slice(0, -1);
  if (KEYWORDS.has(scheme)) return scheme;
  return /^(https?|wss?)$/.test(scheme) ? siteOf(hostname) : 'other';
}

/** Second-level labels under which countries register names; the label before one belongs to the site. */
const SHARED_LABELS: ReadonlySet<string> = new Set('ac co com edu go gov lg ne net or org'.split(' '));

/** The registered part of a host's name: anyone can add labels before it, and these can spell a card number. */
function siteOf(hostname: string): string {
  if (isIPv4(hostname)) return hostname;
  const labels = hostname.split('.');
  const isShared = labels.at(-1)?.length === 2 && SHARED_LABELS.has(labels.at(-2) ?? '');
  const site = labels.slice(isShared ? -3 : -2).join('.');
  return /^[a-z0-9.-]{1,80}$/.test(site) ? site : 'other';
}

/** Shoppers' browser extensions violate the policy too, which is not an attack on the page. */
const isFromExtension = ({ blocked, sourceFile }: RawReport): boolean =>
  [blocked, sourceFile].some((address) => /^(chrome|moz|ms-browser|safari|safari-web)-extension\b/.test(address));
