/** `fuda merchant origins`: shows or changes the origins of pages that may mount the card field. */
import { MerchantError, readMerchant, setOrigins } from '../../../shared/merchants/merchant-store.ts';
import { isOnThisMachine } from '../../../shared/merchants/origin.ts';
import { type Input, type PlainCommand, UsageError } from '../../core/command.ts';
import { confirm } from '../../core/confirm.ts';
import { columns } from '../../core/help.ts';
import { merchantJson, merchantLines } from './view.ts';

type Origins = readonly string[];
type Change = (before: Origins) => Origins;

export const merchantOrigins: PlainCommand = {
  name: 'merchant origins',
  summary: 'Show or change the origins of pages that may mount the card field.',
  positionals: [{ name: 'merchant', about: 'mer_…' }],
  options: {
    add: { value: 'origin', about: 'allow one more, e.g. https://shop.example; repeat for more', isMultiple: true },
    remove: { value: 'origin', about: 'allow it no longer; repeat for more', isMultiple: true },
    origin: { value: 'origin', about: 'replace the whole list by this one; repeat for more', isMultiple: true },
    none: { about: 'allow no origin' },
    yes: { about: 'remove the last origin of a live page without asking' },
  },
  notes: [
    'Without any of these the list is shown. One list holds for test and live keys.',
    'Running functions may use the old list for two more seconds.',
  ],
  examples: [
    'merchant origins mer_…',
    'merchant origins mer_… --add https://chaya.example --remove https://old.chaya.example',
    'merchant origins mer_… --origin https://chaya.example --origin https://www.chaya.example',
  ],
  async run(input, connect) {
    const change = readChange(input);
    const merchantId = input.positional('merchant');
    const { deps } = await connect();
    if (change === undefined) {
      const { merchant } = await readMerchant(deps, merchantId);
      return { text: merchantLines(merchant).join('\n'), json: { merchant: merchantJson(merchant) } };
    }
    let before: Origins = [];
    const merchant = await setOrigins(deps, merchantId, async (found) => {
      before = found;
      const after = change(found);
      if (takesShopAway(found, after)) await confirmed(input);
      return after;
    });
    const after = merchant.allowed_origins;
    const changes = {
      added: after.filter((origin) => !before.includes(origin)),
      removed: before.filter((origin) => !after.includes(origin)),
      kept: after.filter((origin) => before.includes(origin)),
    };
    const rows = Object.entries(changes).flatMap(([what, origins]) => origins.map((origin) => [what, origin] as const));
    const isChange = changes.added.length + changes.removed.length > 0;
    return {
      text: [
        `Merchant ${merchant.merchant_id} · ${merchant.name}`,
        ...columns(rows),
        ...(isChange ? [] : ['Nothing was to be changed.']),
      ].join('\n'),
      json: { merchant: merchantJson(merchant), ...changes },
    };
  },
};

/** Undefined without a change. Refuses options that contradict each other, by name. */
function readChange(input: Input): Change | undefined {
  const [list, added, removed] = (['origin', 'add', 'remove'] as const).map((name) => input.origins(name));
  const isReplaced = input.has('origin') || input.has('none');
  const isEdited = input.has('add') || input.has('remove');
  if (input.has('origin') && input.has('none')) throw new UsageError('--none allows no origin; leave out --origin.');
  if (isReplaced && isEdited) {
    throw new UsageError('--origin and --none replace the whole list, --add and --remove change it; give either.');
  }
  if (added?.some((origin) => removed?.includes(origin))) {
    throw new UsageError('--add and --remove name the same origin.');
  }
  if (isReplaced) return () => list ?? [];
  if (isEdited) return (before) => edited(before, added ?? [], removed ?? []);
  if (input.has('yes')) throw new UsageError('--yes confirms a change; --add, --remove, --origin or --none makes one.');
  return undefined;
}

/** Refuses to remove an origin that is not listed, because the one that was meant would stay. */
function edited(before: Origins, added: Origins, removed: Origins): Origins {
  if (removed.some((origin) => !before.includes(origin))) {
    const known = before.join(', ') || 'none';
    throw new MerchantError(`--remove names an origin that the merchant does not have. It has: ${known}.`);
  }
  return [...new Set([...before, ...added])].filter((origin) => !removed.includes(origin));
}

/**
 * Whether the change removes the last origin, or the last one beyond this machine, so that no live page can take cards.
 */
function takesShopAway(before: Origins, after: Origins): boolean {
  const live = before.filter((origin) => !isOnThisMachine(origin));
  const isGone = (origin: string): boolean => !after.includes(origin);
  return (before.length > 0 && before.every(isGone)) || (live.length > 0 && live.every(isGone));
}

async function confirmed(input: Input): Promise<void> {
  if (input.has('yes')) return;
  const question = 'No page that takes cards for this merchant today will be able to. Go on?';
  const answer = await confirm(question, process.stdin, process.stderr);
  if (answer === undefined) {
    throw new UsageError(
      'This takes the last origin of a live page away, so its shop can take no card. Confirm with --yes.',
    );
  }
  if (!answer) throw new MerchantError('Nothing was changed.');
}
