/** `fuda processor list`: lists a merchant's processors. */
import { listProcessors } from '../../../shared/payments/processors/setup.ts';
import type { PlainCommand } from '../../core/command.ts';
import { processorJson, processorLines } from './view.ts';

export const processorList: PlainCommand = {
  name: 'processor list',
  summary: 'List a merchant’s processors, with their settings and the names of their secrets.',
  positionals: [{ name: 'merchant', about: 'mer_…' }],
  options: {},
  examples: ['processor list mer_…'],
  async run(input, connect) {
    const merchantId = input.positional('merchant');
    const { deps } = await connect();
    const processors = await listProcessors(deps, merchantId);
    return { text: processorLines(processors).join('\n'), json: { processors: processors.map(processorJson) } };
  },
};
