/** `fuda merchant limits`: shows or sets the ceilings on attempts to send a card or code. */
import {
  CEILING_MAX,
  type Ceiling,
  COUNTED_BY,
  type Limits,
  limitsOf,
  PROOF_BITS_MAX,
  WINDOW_MINUTES,
} from '../../../shared/merchants/limits.ts';
import { readMerchant, setLimits } from '../../../shared/merchants/merchant-store.ts';
import { type Input, type PlainCommand, UsageError } from '../../core/command.ts';
import { columns } from '../../core/help.ts';

export const merchantLimits: PlainCommand = {
  name: 'merchant limits',
  summary: `Show or set how many attempts to send a card or code are taken within ${WINDOW_MINUTES} minutes.`,
  positionals: [{ name: 'merchant', about: 'mer_…' }],
  options: {
    mode: { value: 'mode', about: 'test or live' },
    merchant: { value: 'n/m', about: 'of the whole merchant: a proof of work after n attempts, none taken after m' },
    network: { value: 'n/m', about: 'the same from one address, or one /56 of IPv6' },
    bin: { value: 'n/m', about: 'the same of cards with the same first six digits' },
    'proof-bits': { value: 'bits', about: `difficulty of the proof of work, to ${PROOF_BITS_MAX}; 0 asks for none` },
    defaults: { about: 'go back to the defaults' },
  },
  notes: [
    'What is not given keeps the value it has. Without any number the limits are shown.',
    'Running functions may use the old limits for two more seconds. A network that is over its ceiling already stays refused until its window ends.',
  ],
  examples: [
    'merchant limits mer_… --mode live',
    'merchant limits mer_… --mode live --network 100/400 --bin 2000/6000',
  ],
  async run(input, connect) {
    const mode = input.oneOf('mode', ['test', 'live']);
    const wanted = readLimits(input);
    const isSetting = Object.keys(wanted).length > 0;
    if (isSetting && input.has('defaults'))
      throw new UsageError('--defaults sets no number; leave out one or the other.');
    const merchantId = input.positional('merchant');
    const { deps } = await connect();
    const limits = input.has('defaults') ? null : (before: Partial<Limits> | null) => ({ ...before, ...wanted });
    const merchant =
      isSetting || limits === null
        ? await setLimits(deps, { merchantId, mode, limits })
        : (await readMerchant(deps, merchantId)).merchant;
    const now = limitsOf(merchant, mode);
    return {
      text: [
        `Attempts within ${WINDOW_MINUTES} minutes, ${merchant.merchant_id}, ${mode}`,
        ...columns([
          ...COUNTED_BY.map((by) => [by, `a proof after ${now[by].proofAfter}, none after ${now[by].most}`] as const),
          ['proof of work', now.proofBits === 0 ? 'none' : `${now.proofBits} bits`],
        ]),
      ].join('\n'),
      json: {
        merchant: merchant.merchant_id,
        mode,
        window_minutes: WINDOW_MINUTES,
        ...Object.fromEntries(COUNTED_BY.map((by) => [by, { proof_after: now[by].proofAfter, most: now[by].most }])),
        proof_bits: now.proofBits,
      },
    };
  },
};

function readLimits(input: Input) {
  const ceilings = COUNTED_BY.flatMap((by) => {
    const ceiling = readCeiling(input, by);
    return ceiling === undefined ? [] : [[by, ceiling] as const];
  });
  const proofBits = input.wholeNumber('proof-bits', 0, PROOF_BITS_MAX);
  return { ...Object.fromEntries(ceilings), ...(proofBits !== undefined && { proofBits }) };
}

/** `15/60`. */
function readCeiling(input: Input, name: string): Ceiling | undefined {
  const text = input.optional(name);
  if (text === undefined) return undefined;
  const [proofAfter = 0, most = 0] = (/^(\d{1,7})\/(\d{1,7})$/.exec(text) ?? []).slice(1).map(Number);
  if (most < 1 || most > CEILING_MAX || proofAfter > most) {
    throw new UsageError(`--${name} must be two whole numbers such as 15/60, the first no larger, to ${CEILING_MAX}.`);
  }
  return { proofAfter, most };
}
