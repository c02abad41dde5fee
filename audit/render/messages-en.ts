/** The report in English; the other languages say the same things by the same names. Codes and ids stay as they are in all. */
import type { UnusedWhy } from '../answers.ts';
import type { ReportVerdict } from '../base/verdict.ts';
import { FINDINGS, type FindingCode } from '../finding.ts';
import type { ReasonKind } from '../reasons/reasons.ts';
import type { KeyOrigin } from '../trail/public-keys.ts';
import type { ChangeAct, ChangeKind } from '../watch/changes.ts';
import { WATCH_RULE_NAMES, WATCH_RULES, type WatchRuleName } from '../watch/watch-rules.ts';
import { grouped } from './chart.ts';

const SECTIONS = {
  findings: 'Findings',
  notCovered: 'Not covered by this report',
  trust: 'What is left to trust',
  contents: 'Contents',
  unexplained: 'Unexplained events',
  access: 'Decryptions over the period',
  summary: 'By merchant, role and purpose',
  receivers: 'Where cards went',
  erasure: 'Erasure of card data',
  witness: 'What processors list',
  watch: 'Watching the watcher',
  changes: 'Who changed what',
  administration: 'Changes of keys and tables',
  refused: 'Calls that AWS refused or failed',
  keys: 'Key inventory',
  matrix: 'Permissions',
  otherUses: 'All uses of the keys',
  tables: 'Access to the tables',
  origins: 'Where calls came from',
  integrity: 'Integrity of the trail',
  controls: 'Requirements and controls',
  decryptions: 'Decryptions, one by one',
  bundle: 'Files of this bundle',
  limits: 'What this report does not show',
  repeat: 'How to repeat this',
};
export type Section = keyof typeof SECTIONS;

/** What each language of the report must say. */
export type Messages = typeof english;
export type Column = keyof Messages['columns'];

export const english = {
  /** In phrases that stay on one line. */
  title: ['Evidence of card data access'],
  subtitle: 'Decryptions of card numbers and verification codes, from AWS CloudTrail and the vault’s ledger',
  product: 'Fuda card vault',
  passed: (scopes: string, sealed: string) =>
    `Every decryption of card data in the trail of ${scopes} is accounted for, and CloudTrail’s signed digests prove this trail whole and unaltered for ${sealed}.`,
  failed: (findings: number, answered = 0) =>
    (findings === 1
      ? 'One finding must be resolved before this evidence can be relied on.'
      : `${findings} findings must be resolved before this evidence can be relied on.`) +
    (answered === 0 ? '' : ` ${answered} of them ${answered === 1 ? 'is' : 'are'} answered.`),
  answered: (findings: number) =>
    findings === 1
      ? 'There is one finding. A person has answered it; whether the answer holds is for the reader to judge.'
      : `There are ${findings} findings. Each was answered by a person; whether the answers hold is for the reader to judge.`,
  unvouched: (findings: number) =>
    (findings === 0
      ? 'Everything in this trail is accounted for, and nothing contradicts it.'
      : findings === 1
        ? 'There is one finding, which a person has answered.'
        : `There are ${findings} findings, each answered by a person.`) +
    ' But the public keys that the trail was checked with lay with it, so its writer may have made both. It is evidence once it was checked with keys from CloudTrail itself (--public-keys).',
  verdicts: {
    pass: 'Pass',
    answered: 'Answered',
    unvouched: 'Unvouched',
    fail: 'Fail',
  } satisfies Record<ReportVerdict, string>,
  answers: {
    word: 'Answer:',
    by: (at: string, signer: string) => `${at}, signed with the key ${signer}`,
    unused: (answers: number) =>
      answers === 1 ? 'One answer stands beside no finding:' : `${answers} answers stand beside no finding:`,
    why: {
      signature_invalid: 'The signature of the answer is wrong.',
      signer_unknown: 'The key that signed the answer is not one of those named for this report.',
      no_such_finding: 'The report lists no such finding.',
      names_several: 'More than one finding has these words, and an answer stands for one.',
      names_no_thing: 'A finding of this kind names no single thing and cannot be answered.',
      answered_already: 'Another answer stands beside this finding.',
    } satisfies Record<UnusedWhy, string>,
  },
  keyOrigins: {
    aws: 'listed by CloudTrail’s API for this report',
    file: 'from a file that the maker of this report named',
    trail: 'from the folder of the trail itself',
  } satisfies Record<KeyOrigin, string>,
  unsealedSuffix: (logs: number) =>
    ` ${logs === 1 ? 'One recent log file is' : `${logs} recent log files are`} read here but not yet sealed by CloudTrail.`,
  facts: {
    period: 'Period examined',
    proven: 'Sealed by CloudTrail digests',
    generated: 'Report made',
    trail: 'Trail',
    ledger: 'Ledger',
    reading: 'Read',
    keys: 'CloudTrail public keys',
    signer: 'Signed by',
  },
  nothingProven: 'nothing',
  reasonsRead: (kind: ReasonKind, count: number): string =>
    `${grouped(count)} ${english.reasonKinds[kind]}${count === 1 ? '' : 's'}`,
  recordsRead: (records: number, files: number) =>
    `${grouped(records)} record${records === 1 ? '' : 's'} in ${grouped(files)} log file${files === 1 ? '' : 's'}`,
  counts: {
    decryptions: 'Decryptions',
    proven: 'proven by AWS’s records',
    provenByRights: 'of these, by rights within one second',
    interrupted: 'interrupted work',
    claimed: 'claimed by the ledger alone',
    unexplained: 'unexplained',
    denied: 'Calls denied by AWS',
    failed: 'Calls failed otherwise',
    digestsValid: 'Digest files valid',
    digestsInvalid: 'Digest files invalid',
    logsValid: 'Log files valid',
    logsInvalid: 'Log files invalid',
    logsUnsealed: 'Log files not yet sealed',
    recordsSkipped: 'Unreadable files or records',
    duplicates: 'Duplicate deliveries dropped',
  },
  deploymentUnknown: 'not known',
  sections: SECTIONS,
  intros: {
    access:
      'Each decryption of a card number or security code in the period, by how it is accounted for. Days are in UTC.',
    receivers:
      'Card numbers that were decrypted, by the deployed receiver that the ledger names for each, and by merchant. A row without a receiver holds test cards and decryptions for which the ledger names none. The last column says when a receiver was deployed, in the row with the first card that it ever got.',
    summary: 'The same by merchant. Over more than a day the course is drawn, each row at its own scale.',
    erasure:
      'Card data of a one-time token is erased by the write that spends it: before the card is decrypted, and so before any authorization (PCI DSS 4.0.1 3.3.1). Unspent tokens are erased at expiry (3.2.1). Both writes are data events of CloudTrail; each is in erasures.csv.',
    witness:
      'What processors say that they charged, refunded and canceled, compared with the ledger by the id of the charge, both ways. Amounts are minor units. Every row, and every charge or refund without one, is in listings.csv.',
    watch:
      'Calls that could blind the audit, widen access to cards or keep copies of what is erased. What happened is a finding. What CloudFormation changed is listed, to be compared with the deployment; it is a finding where no template of the vault asks for it. What AWS refused is listed because somebody tried.',
    changes:
      'Every change of merchants, API keys, origins, limits, processors, destinations, secrets and webhooks, from AWS’s own records of the writes (PCI DSS 4.0.1 10.2.1.5). A record says which setting was written, not its value. Compare each with an approved change.',
    administration:
      'Policies, grants, rotation, deletion, recovery and backups decide who may decrypt later and what is kept. Compare each with an approved change.',
    refused: 'A refused call revealed nothing. It is listed because somebody tried.',
    keys: 'From the template; uses and changes from the trail of the period.',
    matrix:
      'From the template: what each role, and each policy for people, is allowed. A card key also requires its encryption context, and its own policy must name the same role.',
    otherUses:
      'Every call on a key of the vault, by role. Only decryptions under PanKey and CvcKey open a card; capture-key decryptions open the key pairs that browsers encrypt to, SecretKey decryptions a merchant’s credentials for its processors.',
    tables: 'CloudTrail data events on the vault’s tables, by role. Tables hold ciphertext only.',
    origins: 'Addresses, Regions and TLS versions of every call on a key or table, by role.',
    integrity:
      'Verdicts as of “aws cloudtrail validate-logs”: each digest file is checked for its place, its signature and its link to the next one, and each log file for its SHA-256. All verdicts are in files.csv.',
    controls:
      'The requirements on a vault, what this one does for them, what the trail of this period shows, and the parties responsible for the rest. Requirements are paraphrased. This page does not assess compliance, and the code has not been assessed.',
    decryptions:
      'Matched: the AWS request id that KMS wrote to CloudTrail is the one the vault recorded with its reason, and the encryption context names that record’s merchant and source. Interrupted: the context names work of the same moment that was cut off before it could record the request id; a recorded try explains at most one such decryption. Event ids can be looked up in CloudTrail. All rows are in decryptions.csv.',
    bundle: 'Each is listed with its SHA-256 in manifest.json, which is signed.',
  } as Partial<Record<Section, string>>,
  columns: {
    time: 'Time (UTC)',
    merchant: 'Merchant',
    purpose: 'Purpose',
    caller: 'Role',
    callerPurpose: 'Role, purpose',
    who: 'Who',
    source: 'Source address',
    userAgent: 'User agent',
    outcome: 'Accounted for by',
    ids: 'AWS request id · event id',
    requestId: 'AWS request id',
    eventId: 'Event id',
    record: 'Record',
    reasonId: 'Reason',
    destination: 'Destination',
    receiver: 'Receiver',
    cards: 'Card numbers',
    call: 'Call',
    key: 'Key',
    error: 'Error',
    count: 'Count',
    share: 'Share',
    course: 'Course',
    proven: 'Proven',
    interrupted: 'Interrupted',
    claimed: 'Claimed',
    unexplained: 'Unexplained',
    first: 'First (UTC)',
    last: 'Last (UTC)',
    firstUse: 'First ever: deployed (UTC)',
    seen: 'From, to (UTC)',
    table: 'Table',
    file: 'File',
    verdict: 'Verdict',
    refused: 'Denied',
    failed: 'Failed',
    how: 'Erased',
    longest: 'Longest, from making to erasure',
    rule: 'What is watched for',
    clause: 'PCI DSS',
    happened: 'Happened',
    refusals: 'Refused',
    algorithm: 'Algorithm',
    rotation: 'Rotation',
    uses: 'Calls',
    changes: 'Changes in the period',
    changed: 'What was changed',
    region: 'Region',
    tls: 'TLS',
    chain: 'Chain',
    digests: 'Digests',
    covered: 'Sealed (UTC)',
    requirement: 'Requirement',
    control: 'Control, and the test that proves it',
    evidence: 'Evidence in the period',
    responsible: 'Responsible',
    holds: 'Holds',
    listing: 'Listing',
    rows: 'Rows',
    sha256: 'SHA-256',
    processor: 'Processor',
    recorded: 'Charges and refunds in the ledger',
    listed: 'Listed',
    reference: 'Reference',
    inListing: 'In the listing',
    inLedger: 'In the ledger',
  },
  findings: FINDINGS as Readonly<Record<FindingCode, string>>,
  reasons: {
    no_record: 'no charge or forward of that merchant and record at that time',
    context_differs: 'the reason with this request id has another merchant, record or key',
    request_id_reused: 'another event already stands for this request id',
    already_decrypted: 'its reason noted its decryptions, and this is none of them',
    already_interrupted: 'the interrupted work already explains as many decryptions as it can have made',
    roles_unknown: 'the report does not know which roles may open cards',
    other_role: 'the caller is not the role, account and Region that opens cards for such a reason',
    not_put: 'the trail does not show that the same function wrote the reason down before',
    not_spent: 'the trail does not show that the same function spent the token before',
    entry_over: 'the reason had ended before',
    not_noted: 'the trail does not show that the same function noted the decryption after it',
    key_outside_vault: 'one of the two keys is not a card-number key of the vault, or the newer one came first',
    merchant_differs: 'the merchant changed',
    not_a_card: 'the destination is not a stored card',
    not_a_token: 'a stored card became another one',
    token_not_spent: 'the trail shows no write just before it that spent the token',
    several_cards: 'one token became several cards',
    card_not_written: 'the trail shows no write of the card by the same run',
    too_often: 'it was repeated more often than an interrupted call is',
    not_listed: 'not in a listing of its processor',
    not_listed_near_edge: 'not in a listing of its processor; within a day of the period’s beginning or end',
    charge_unreadable: 'the charge in the ledger cannot be read',
    not_in_ledger: 'the ledger has no charge of this reference',
    amount_differs: 'the amounts differ',
    currency_differs: 'the currencies differ',
    state_differs: 'the ledger has the charge, and says that this did not happen to it',
    listed_twice: 'listed more than once',
    bad_gzip: 'files that do not unpack',
    too_large: 'files larger than this audit reads',
    bad_json: 'files that hold no list of records',
    bad_record: 'records without the fields of a CloudTrail record',
    unknown_version: 'records of a version unknown to this audit',
  },
  outcomes: { interrupted: 'interrupted', claimed: 'claimed', unexplained: 'unexplained' },
  reasonKinds: { charge: 'charge', forward: 'forward', card_export: 'card export' },
  charts: {
    courseTitle: {
      day: 'Decryptions per day',
      week: 'Decryptions per week',
      month: 'Decryptions per month',
    },
    courseDescription: (columns: number, peakStart: string, peak: number) =>
      `Stacked columns for ${columns} periods in order. The highest begins on ${peakStart} and has ${grouped(peak)} decryptions. The tables below hold the figures.`,
    spark: (count: number) => `Course of ${grouped(count)} decryptions over the period`,
    proven: 'proven',
    interrupted: 'interrupted work',
    claimed: 'claimed',
    unexplained: 'unexplained',
  },
  erasure: {
    spent: 'by the write that spent the token',
    expired: 'at expiry, unused',
    unknown: 'made before the period',
    say: {
      made: (count: number) => `${grouped(count)} token${count === 1 ? ' was' : 's were'} made in the period.`,
      beforeResponse: (first: number, responded: number, least: string) =>
        `${grouped(first)} of ${grouped(responded)} spent tokens with a response of the processor on record were erased before it; the least time between the two is ${least} (CloudTrail tells whole seconds).`,
      noResponse: 'No response of a processor is on record for a token erased in the period.',
      noResidue: (at: string) =>
        `The index of tokens that still hold ciphertext shows none past its expiry (looked at ${at}).`,
      residue: (count: number, at: string) =>
        `${grouped(count)} token${count === 1 ? '' : 's'} past expiry still held ciphertext (looked at ${at}).`,
      notScanned:
        'The tables were not looked at for ciphertext past its time; this report rests on the trail alone for that.',
    },
  },
  witness: {
    none: 'No listing of a processor was given (--processor). That each decrypted card was charged rests here on the trail and the ledger.',
    noListing: 'no listing',
    types: { charge: 'charge', refund: 'refund', cancel: 'cancel' },
    say: {
      right: (right: number, rows: number) => `${grouped(right)} of ${grouped(rows)} rows say what the ledger says.`,
      outside: (rows: number) =>
        `${grouped(rows)} row${rows === 1 ? ' lies' : 's lie'} outside the period and name${rows === 1 ? 's' : ''} no charge of the ledger; a report of that time asks about ${rows === 1 ? 'it' : 'them'}.`,
      unmoved: (charges: number) =>
        `${grouped(charges)} charge${charges === 1 ? '' : 's'} of the period took no funds: declined, failed, canceled or still open. A listing of funds cannot confirm ${charges === 1 ? 'it' : 'them'}.`,
    },
    limits: [
      'Whether a listing is the processor’s own, and whole: it carries no signature. Get it from the processor yourself.',
      'Fees, payouts, disputes and exchange rates, which are not compared. Times are not compared either: a processor may book a charge a day after it approved it.',
      'A charge or refund near the beginning or end of the period may stand in the statement before or after. Take a listing that begins a day before the period and ends a day after it.',
      'Captures and refunds of charges made before the period are compared where they are listed. One that is missing from the listing is not noticed.',
      'Forwards and exports, which are not charges of this vault’s processors.',
    ],
  },
  watch: {
    rules: Object.fromEntries(WATCH_RULE_NAMES.map((rule) => [rule, WATCH_RULES[rule].says])) as Record<
      WatchRuleName,
      string
    >,
    broken: 'What happened',
    listed: 'What was done and has to be accounted for',
    refused: 'What was tried and refused',
    notAsked: 'not asked',
  },
  changes: {
    kinds: {
      merchant: 'merchant',
      origins: 'origins of the card field',
      limits: 'limits on attempts',
      processors: 'processors',
      destinations: 'destinations of forwards',
      key: 'API key',
      secret: 'secret',
      webhook: 'webhook endpoint',
      receiver: 'receiver of live cards',
    } satisfies Record<ChangeKind, string> as Readonly<Record<ChangeKind, string>>,
    acts: { made: 'made', changed: 'changed', removed: 'removed or revoked' } satisfies Record<
      ChangeAct,
      string
    > as Readonly<Record<ChangeAct, string>>,
  },
  /** What follows a number in a length of time. */
  units: { hours: 'h', minutes: 'min', seconds: 's' },
  noTemplate:
    'No template was given, so this part is empty. Give the deployed one with --template; --stack and the local runtime find it by themselves.',
  /** Key → what it protects, where the template’s description is not in this language. */
  keyPurposes: {} as Readonly<Record<string, string>>,
  rotates: (days: number) => `by KMS, every ${days} days`,
  opensUntil: 'Opens what it made: ',
  neverRotates: 'none: KMS cannot rotate it',
  matrixRest: 'Every statement of every policy, with its conditions, is in permissions.csv.',
  standards: { pci: 'PCI DSS 4.0.1', japan: 'Credit Card Security Guidelines (Japan)' },
  controls: {
    none: 'Nothing in the code meets this.',
    noProbe: 'No trace in a trail; rests on template and test.',
    provenBy: (title: string) => `proven by “${title}”`,
    states: {
      shown: 'Shown.',
      recorded: 'On record.',
      contradicted: 'Contradicted.',
      quiet: 'Nothing to show.',
      unlooked: 'Not looked at.',
    },
    probes: {
      decryptions: (count: number, faults: number) =>
        faults === 0
          ? `${grouped(count)} decryptions, each with its reason`
          : `${grouped(faults)} of ${grouped(count)} decryptions without a reason, or the other way round`,
      re_encryptions: (count: number, faults: number) =>
        `${grouped(count)} re-encryptions, ${grouped(faults)} unexplained`,
      erasures: (count: number, faults: number) => `${grouped(count)} erasures, ${grouped(faults)} late or missing`,
      residue: (count: number, faults: number) =>
        `${grouped(count)} erasures; ${grouped(faults)} expired tokens with ciphertext left`,
      refused: (count: number) => `${grouped(count)} calls denied`,
      administration: (count: number) => `${grouped(count)} changes of keys and tables`,
      tables: (count: number) => `${grouped(count)} calls on tables, by role`,
      digests: (count: number, faults: number) => `${grouped(count)} digests valid, ${grouped(faults)} invalid or gaps`,
      watch: (count: number, faults: number) =>
        `${count} watch rule${count === 1 ? '' : 's'} asked, broken ${grouped(faults)} time${faults === 1 ? '' : 's'}`,
      trail: (count: number, faults: number) => `${grouped(count)} records read, ${grouped(faults)} unreadable`,
    },
    parties: { operator: 'Operator:', merchant: 'Merchant:', aws: 'AWS:' },
  },
  /** File of the bundle → what it holds. */
  files: {
    'report.html': 'this report',
    'report.pdf': 'this report, printed',
    'report.json': 'this report for tools, with all sums',
    'findings.csv': 'the findings that the report lists, with their answers',
    'decryptions.csv': 'every decryption and what accounts for it',
    're_encryptions.csv': 'every move of a card number between records',
    'refused.csv': 'every call on a key that was refused or failed',
    'administration.csv': 'every change of a key or table',
    'watch.csv': 'every call that a watch rule names',
    'changes.csv': 'every change of merchants, keys, settings and destinations, and who made it',
    'erasures.csv': 'every token’s erasure',
    'unseen_decryptions.csv': 'recorded decryptions that the trail does not show',
    'listings.csv': 'every row of the processors’ listings, and every charge or refund without one',
    'files.csv': 'the verdict on every file of the trail',
    'permissions.csv': 'every statement of every policy in the template',
    'templates.json': 'the CloudFormation templates that this report read',
    'public-keys.json': 'the CloudTrail public keys that digests were checked with',
    'manifest.json': 'all files above with their SHA-256',
    'manifest.sig': 'the Ed25519 signature of manifest.json',
    'signer.pem': 'the public key of the signer',
  } as Readonly<Record<string, string>>,
  signature: (fingerprint: string) =>
    `The signature says that the holder of the key with SHA-256 ${fingerprint} made this bundle, and that it has not changed since. What the bundle says of AWS rests on CloudTrail’s own signatures.`,
  outside: 'a key outside the vault',
  nothingLeftOut: 'Every record of the period that was found could be read, and all of it is sealed.',
  none: 'None.',
  more: (rows: number, file: string) => `${grouped(rows)} more rows are in ${file}.`,
  gap: (from: string, to: string) => `No log files were sealed by CloudTrail between ${from} and ${to}.`,
  allFilesValid: 'Every file that CloudTrail sealed is present and unaltered.',
  limits: [
    'Decryptions in other AWS accounts or Regions, or with keys that this vault does not name.',
    'What a permitted role did with a card after the decryption. The code that may hold it is functions/cde.',
    'Stored cards are counted by their encryption context; their ledger is not open to the operator who made this report.',
    'DynamoDB deletions by time to live, which CloudTrail does not record; the vault erases by explicit writes instead.',
  ],
  limitUnsealed: (logs: number) =>
    `${grouped(logs)} log file${logs === 1 ? '' : 's'} newer than the last digest file: read, but not yet proven unaltered.`,
  limitTail: (to: string) =>
    `What CloudTrail has not recorded or not sealed yet: its digests end at ${to}. It writes one each hour; a missing one is a finding after two hours.`,
  limitSkipped: (count: number, why: string) => `${grouped(count)} skipped: ${why}.`,
  limitUndecided: (count: number) =>
    `${grouped(count)} decryptions are so young that records of them may still be on their way. The next report judges them.`,
  trust: {
    rights: (count: number) =>
      `${grouped(count)} decryptions stand within one second of the writes around them, so time does not show their order. The rights of roles do: only the function that opens cards for such a reason may write it. Whoever held that function’s role could open a card first and write its reason within the same second.`,
    interrupted: (count: number, most: number) =>
      `${grouped(count)} decryptions belong to interrupted work, of which this report allows ${grouped(most)}: five, and one for each thousand decryptions.`,
    mimicry:
      'A role that opens cards and carries out a whole payment, from the reason to its note, is proven here. The payment then stands in the ledger, in the merchant’s events and webhooks, and in the processor’s books.',
  },
  limitOutside: (count: number) =>
    `${grouped(count)} record${count === 1 ? '' : 's'} of the vault in files near the period, with times outside it.`,
  limitUnlooked: (rules: number) =>
    `${rules} watch rule${rules === 1 ? '' : 's'} not asked, because what they compare with was not stated; they are marked below.`,
  limitUnlisted: (accounts: number, charges: number) =>
    `Charges and refunds of which no processor’s listing was given: ${grouped(charges)}, at ${grouped(accounts)} account${accounts === 1 ? '' : 's'}.`,
  limitKeys:
    'Whether the CloudTrail public keys are Amazon’s. Compare the fingerprints on the first page with “aws cloudtrail list-public-keys”, run by yourself.',
  repeat: 'The same trail and ledger give the same report. AWS’s own check of the trail, and ours:',
};
