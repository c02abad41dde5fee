/** `fuda cards keys`: counts the stored cards under each PAN key, while they are moved to a new one. */
import { cardCount } from '../../../shared/vault/move-cards.ts';
import { type PlainCommand, UsageError } from '../../core/command.ts';
import { columns } from '../../core/help.ts';

export const cardsKeys: PlainCommand = {
  name: 'cards keys',
  summary: 'Show how many stored cards are still to be moved to the new PAN key.',
  positionals: [],
  options: {},
  notes: [
    'Once no card is left under the former key, deploy with -c former-pan-key=closed; docs/operate.md says more.',
  ],
  examples: ['cards keys --stack Fuda'],
  async run(_input, connect) {
    const { deps, resources } = await connect();
    if (resources.keyArns.FormerPanKey === undefined) {
      throw new UsageError(
        'The vault has one PAN key; there is nothing to move. A second one is made by -c pan-key=2.',
      );
    }
    const [moved, left] = await Promise.all([cardCount(deps, 'PanKey'), cardCount(deps, 'FormerPanKey')]);
    const share = moved + left === 0 ? 100 : Math.floor((100 * moved) / (moved + left));
    return {
      text: columns([
        ['new key', `${moved} card${moved === 1 ? '' : 's'}, ${share} %`],
        ['former key', left === 0 ? 'none; it can be closed' : `${left} left to move`],
      ]).join('\n'),
      json: { moved, left },
    };
  },
};
