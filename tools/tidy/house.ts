/**
 * The allowed imports between folders; all others are refused, types too. Every folder needs a row. A row covers the
 * files directly in its folder, which may also import each other; `x/**` covers a folder and all below it.
 * ARCHITECTURE.md shows the rows in short.
 */

/** A folder, or one file of an otherwise closed folder, with the reason. */
export type ImportTarget = string | { readonly file: string; readonly because: string };

export type House = Readonly<Record<string, readonly ImportTarget[]>>;

/** The whole repository. */
export const EVERYTHING = '**';

/** Deployed code, lowest first: a folder imports from those before it, never from those after it. */
const SHARED: House = {
  'shared/base': [],
  'shared/base/net': [],
  // Runs in browsers too, so it imports no server code.
  'shared/card': [],
  'shared/merchants': ['shared/base'],
  'shared/pages': ['shared/base', 'shared/base/net', 'shared/card'],
  'shared/ledger': ['shared/base', 'shared/merchants'],
  'shared/risk': ['shared/base', 'shared/merchants'],
  'shared/vault/intake': ['shared/base', 'shared/card', 'shared/merchants'],
  'shared/vault': [
    'shared/base',
    'shared/card',
    'shared/merchants',
    'shared/ledger',
    'shared/risk',
    'shared/vault/intake',
  ],
  'shared/vault/export': ['shared/base', 'shared/ledger', 'shared/vault'],
  // A processor receives a card and imports neither vault nor ledger.
  'shared/payments/processors': [
    'shared/base',
    'shared/card',
    'shared/merchants',
    'shared/payments/processors/iso8583',
    'shared/payments/processors/stripe',
  ],
  'shared/payments/processors/iso8583': ['shared/base', 'shared/payments/processors'],
  'shared/payments/processors/stripe': ['shared/base', 'shared/merchants', 'shared/payments/processors'],
  // Searches texts of any kind.
  'shared/payments/forward/mask': [],
  'shared/payments/forward': [
    'shared/base',
    'shared/base/net',
    'shared/payments/forward/mask',
    'shared/merchants',
    'shared/ledger',
    'shared/vault',
  ],
  'shared/payments/charges': [
    'shared/base',
    'shared/merchants',
    'shared/ledger',
    'shared/vault',
    'shared/payments/processors',
  ],
  'shared/payments/checkout': [
    'shared/base',
    'shared/merchants',
    'shared/ledger',
    'shared/vault',
    'shared/payments/processors',
    'shared/payments/charges',
  ],
  'shared/payments/sweep': [
    'shared/base',
    'shared/ledger',
    'shared/vault',
    'shared/payments/forward',
    'shared/payments/charges',
    'shared/payments/checkout',
  ],
  'shared/events': [
    'shared/base',
    'shared/base/net',
    'shared/merchants',
    'shared/ledger',
    'shared/payments/forward',
    'shared/payments/charges',
    'shared/payments/checkout',
  ],
  'shared/api': [
    'shared/base',
    'shared/card',
    'shared/vault/intake',
    'shared/vault',
    'shared/payments/forward',
    'shared/payments/charges',
    'shared/payments/checkout',
    'shared/events',
  ],
};

/** The auditor's code shares only the base with the audited code. */
const AUDIT: House = {
  'audit/base': [],
  'audit/trail': ['shared/base', 'audit/base'],
  'audit/reasons': ['shared/base', 'audit/base', 'audit/trail'],
  'audit/watch': ['shared/base', 'audit/base', 'audit/trail'],
  'audit/erasure': ['shared/base', 'audit/base', 'audit/trail', 'audit/reasons'],
  'audit/witness': ['shared/base', 'audit/base', 'audit/trail'],
  audit: ['shared/base', 'audit/base', 'audit/trail', 'audit/reasons', 'audit/watch', 'audit/erasure', 'audit/witness'],
  'audit/bundle': ['shared/base', 'audit/base', 'audit'],
  'audit/controls': ['audit/trail', 'audit/watch', 'audit'],
  'audit/render': [
    'shared/base',
    'audit/base',
    'audit/trail',
    'audit/reasons',
    'audit/watch',
    'audit/erasure',
    'audit/witness',
    'audit',
    'audit/bundle',
    'audit/controls',
  ],
};

/** Code without card numbers never imports from the folder with them. */
const FUNCTIONS: House = {
  'functions/runtime': [
    'shared/base',
    'shared/base/net',
    'shared/card',
    'shared/merchants',
    'shared/risk',
    'shared/payments/checkout',
    'shared/events',
    'audit/trail',
  ],
  'functions/api': [
    'functions/runtime',
    'shared/base',
    'shared/card',
    'shared/merchants',
    'shared/pages',
    'shared/vault/intake',
    'shared/vault',
    'shared/payments/forward',
    'shared/payments/charges',
    'shared/payments/checkout',
    'shared/events',
  ],
  'functions/cde': [
    'functions/runtime',
    'shared/base',
    'shared/base/net',
    'shared/merchants',
    'shared/vault/intake',
    'shared/vault',
    'shared/vault/export',
    'shared/payments/forward',
    'shared/payments/charges',
    'shared/payments/checkout',
  ],
  'functions/scheduled': [
    'functions/runtime',
    'shared/merchants',
    'shared/pages',
    'shared/vault/intake',
    'shared/payments/sweep',
    'shared/events',
    'audit',
    'audit/reasons',
  ],
};

/** Code for browsers. */
const WEB: House = {
  web: ['shared/card'],
  'web/languages': ['web'],
  'web/hosted': ['shared/card', 'web', 'web/languages'],
  'web/pay': ['shared/card', 'web', 'web/hosted'],
  'web/page': ['shared/card', 'web', 'web/languages'],
};

/** Handlers are named by their path; tables, keys and metrics are data of the base. */
const INFRA: House = {
  'infra/alarms': ['shared/base'],
  'infra/rules': ['shared/base'],
  'infra/constructs': ['shared/base', 'infra', 'infra/alarms'],
  infra: ['shared/base', 'infra/alarms', 'infra/constructs', 'infra/rules'],
};

const CLI: House = {
  'cli/core': ['shared/base', 'shared/card', 'shared/merchants', 'audit', 'audit/trail'],
  'cli/commands/cards': ['cli/core', 'shared/vault'],
  'cli/commands/forward': ['cli/core', 'shared/base', 'shared/payments/forward'],
  'cli/commands/honey': ['cli/core', 'shared/base', 'shared/card', 'shared/merchants'],
  'cli/commands/key': [
    'cli/core',
    'shared/base',
    'shared/merchants',
    { file: 'cli/commands/merchant/view.ts', because: 'A key is shown in one way wherever it is printed.' },
  ],
  'cli/commands/merchant': ['cli/core', 'shared/base', 'shared/merchants'],
  'cli/commands/page': ['cli/core', 'shared/base/net', 'shared/pages'],
  'cli/commands/processor': ['cli/core', 'shared/base', 'shared/merchants', 'shared/payments/processors'],
  'cli/commands/secret': ['cli/core', 'shared/base', 'shared/merchants', 'shared/payments/processors'],
  'cli/commands/webhook': ['cli/core', 'shared/base', 'shared/events'],
  'cli/commands/evidence': [
    'cli/core',
    'shared/base',
    'audit/base',
    'audit/trail',
    'audit/reasons',
    'audit/erasure',
    'audit/witness',
    'audit',
    'audit/bundle',
    'audit/render',
    { file: 'shared/card/scan.ts', because: 'A listing that holds a card number is refused.' },
    { file: 'shared/card/codes.ts', because: 'The same.' },
    { file: 'cli/commands/honey/file.ts', because: 'The operator’s list of honey records is read in one place.' },
  ],
  cli: [
    'cli/core',
    'cli/commands/cards',
    'cli/commands/forward',
    'cli/commands/honey',
    'cli/commands/key',
    'cli/commands/merchant',
    'cli/commands/page',
    'cli/commands/processor',
    'cli/commands/secret',
    'cli/commands/webhook',
    'cli/commands/evidence',
    'shared/base',
    { file: 'shared/merchants/merchant-store.ts', because: 'Its errors are sentences for the operator.' },
    { file: 'audit/bundle/signing-key.ts', because: 'The same.' },
    { file: 'audit/trail/trail-error.ts', because: 'The same.' },
  ],
  'cli/fuda.mjs': [
    { file: 'tools/with-node.mjs', because: 'It starts the command line on the Node of production.' },
    { file: '.build/cli/main.mjs', because: 'In the npm package the command line is one bundle.' },
  ],
};

/** The embedded AWS runs the bundles that the template names, so it imports none of their source. */
const LOCAL: House = {
  'local/base': [],
  'local/template': [],
  'local/iam': ['shared/base', 'local/base', 'local/template'],
  'local/endpoint': ['local/base', 'local/iam'],
  'local/cloudtrail': ['shared/base', 'local/base', 'local/template', 'local/iam', 'local/endpoint'],
  'local/dynamodb': ['shared/base', 'local/base', 'local/template', 'local/iam', 'local/endpoint'],
  'local/kms': ['shared/base', 'local/base', 'local/template', 'local/iam', 'local/endpoint'],
  'local/s3': ['shared/base', 'local/base', 'local/template', 'local/iam', 'local/endpoint'],
  'local/functions': ['shared/base', 'local/template', 'local/iam'],
  'local/ssm': ['local/base', 'local/template', 'local/iam', 'local/endpoint'],
  'local/lambda': ['local/base', 'local/iam', 'local/endpoint', 'local/functions'],
  'local/gateway': ['shared/base', 'local/base', 'local/template', 'local/functions'],
  local: [
    'shared/base',
    'local/base',
    'local/template',
    'local/iam',
    'local/endpoint',
    'local/cloudtrail',
    'local/dynamodb',
    'local/kms',
    'local/s3',
    'local/ssm',
    'local/functions',
    'local/lambda',
    'local/gateway',
  ],
};

/** An example must be a program that a merchant could have written. */
const EXAMPLES: House = {
  'examples/shop': ['examples/shop/pages'],
  'examples/shop/pages': ['examples/shop'],
  'examples/shop/public': [],
  'examples/testing': [],
  'examples/webhook-receiver': [],
  'examples/till': [
    'examples/webhook-receiver',
    { file: 'examples/shop/html.ts', because: 'One way of escaping HTML for all examples.' },
    { file: 'examples/shop/own-host.ts', because: 'One answer to pages whose names lead here, for all examples.' },
  ],
};

/** Decisions on folders that do not exist yet. The row moves up with the folder's first file. */
export const TO_COME: House = {
  // A web app for merchants, operators and auditors. It uses the SDK only, so that the API has no gaps.
  console: ['sdk/typescript'],
};

export const HOUSE: House = {
  ...SHARED,
  ...AUDIT,
  ...FUNCTIONS,
  ...WEB,
  ...INFRA,
  ...CLI,
  ...LOCAL,
  ...EXAMPLES,
  ...TO_COME,
  // Scripts by hand or in CI, and tests: both may import everything, and nothing else imports them.
  'tools/**': [EVERYTHING],
  'test/**': [EVERYTHING],
  '.': [{ file: 'test/setup/limits.ts', because: 'One table of time limits for Jest and for the tests it runs.' }],
};
