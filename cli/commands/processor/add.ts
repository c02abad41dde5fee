/** `fuda processor add`: sets up a processor for a merchant's charges, or replaces the one of the same name. */
import { fuda } from '../../../shared/base/command.ts';
import { ADAPTERS } from '../../../shared/payments/processors/adapter-table.ts';
import { addProcessor } from '../../../shared/payments/processors/setup.ts';
import { type PlainCommand, UsageError } from '../../core/command.ts';
import { deployedDestinations } from '../../core/deployed.ts';
import { columns } from '../../core/help.ts';
import { processorJson, processorLines } from './view.ts';

export const processorAdd: PlainCommand = {
  name: 'processor add',
  summary: 'Set up a processor for a merchant’s charges in one mode, or replace the one of this name.',
  positionals: [
    { name: 'merchant', about: 'mer_…' },
    { name: 'name', about: 'the merchant’s name for it, such as stripe; stays with every charge' },
  ],
  options: {
    adapter: { value: Object.keys(ADAPTERS).join('|'), about: 'the protocol' },
    mode: { value: 'test|live', about: 'the mode of the charges it takes' },
    secret: {
      value: 'name',
      about: `the secret it needs, set before with: ${fuda('secret set mer_… stripe-key --use processor:stripe/test < key.txt')}`,
    },
    set: { value: 'name=value', about: 'a setting of the adapter; repeat for more', isMultiple: true },
    default: { about: 'takes the charges of live keys that name no processor' },
  },
  notes: [
    'Functions that have used the old settings may do so for five more minutes. For another account of the merchant, add',
    'a processor with another name, because charges are continued at the account that made them. Settings:',
    ...Object.entries(ADAPTERS).flatMap(([name, { settings }]) => [
      `${name}:`,
      ...columns(Object.entries(settings).map(([setting, about]) => [setting, about] as const)),
    ]),
  ],
  examples: [
    'processor add mer_… stripe --adapter stripe --mode test --secret stripe-key',
    'processor add mer_… acquirer --adapter iso8583 --mode live --set host=auth.acquirer.example --set port=7001 ' +
      '--set acquirer_id=123456 --set terminal_id=TERM0001 --set merchant_id=CHAYA0000000001 --set category_code=5999',
  ],
  async run(input, connect) {
    const merchantId = input.positional('merchant');
    const secret = input.optional('secret');
    const record = {
      name: input.positional('name'),
      adapter: input.oneOf('adapter', Object.keys(ADAPTERS)),
      mode: input.oneOf('mode', ['test', 'live']),
      settings: settingsOf(input.all('set')),
      is_default: input.has('default'),
      ...(secret !== undefined && { secret }),
    };
    const connection = await connect();
    const { deps } = connection;
    const liveDestinations = record.mode === 'live' ? await deployedDestinations(connection) : [];
    const processors = await addProcessor({ ...deps, liveDestinations }, merchantId, record);
    return {
      text: processorLines(processors).join('\n'),
      json: { processors: processors.map(processorJson) },
    };
  },
};

/** `name=value`; a line break in a value may be written as \n, as certificates need. */
function settingsOf(texts: readonly string[]): Record<string, string> {
  const pairs = texts.map((text) => /^([a-z_]{1,30})=(.{1,8000})$/s.exec(text));
  if (pairs.some((pair) => pair === null)) throw new UsageError('--set looks like name=value.');
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', (pair?.[2] ?? '').replaceAll('\\n', '\n')]));
}
