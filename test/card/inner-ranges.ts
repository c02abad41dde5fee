/**
 * What this vault decides about each range that `credit-card-type` 10.3.0 gives to another brand inside one of our
 * networks, and about those it gives to our brands and we do not. A range that a new version of the library adds has no
 * row here, and networks.test.ts fails until somebody decides and changes shared/card/networks.ts or this table.
 */
import type { Brand } from '../../shared/card/networks.ts';

export interface Decision {
  /** The library's brand. */
  readonly of: string;
  /** The brand as which these cards are taken; null where they are refused. */
  readonly taken: Brand | null;
  readonly why: string;
  /** As the library writes them. */
  readonly ranges: string;
}

export const INNER: readonly Decision[] = [
  {
    of: 'elo',
    taken: null,
    why: 'Elo alone carries these cards, although Visa’s numbers lie around them.',
    ranges: '401178, 401179, 431274, 438935, 451416, 457393, 457631, 457632',
  },
  { of: 'elo', taken: null, why: 'Elo alone carries these cards, in China’s range.', ranges: '627780' },
  {
    of: 'elo',
    taken: 'discover',
    why: 'Elo is a partner of Discover’s, and its list of ranges routes all of 65 to Discover.',
    ranges:
      '650031-650033, 650035-650051, 650405-650439, 650485-650538, 650541-650598, 650700-650718, 650720-650727, ' +
      '650901-650978, 651652-651679, 655000-655019, 655021-655058',
  },
  {
    of: 'troy',
    taken: 'discover',
    why: 'Troy is a partner of Discover’s, as Elo is.',
    ranges:
      '650052, 650082-650083, 650092, 650161, 650170, 650173, 650175, 650268, 650271, 650273-650274, 650456-650457, 650836, ' +
      '650846-650850, 650923, 650987, 650990, 654997, 657366, 657998, 658758, 658767-658768, 65083700-65083704, ' +
      '65085800-65085804, 65085900-65085901, 65086000, 65086100-65086105, 65086200-65086203, 65875000-65875003, 65875009, ' +
      '65875101-65875104, 65875200, 65875501, 65875601, 65875900, 65876000-65876002, 65876100-65876103, 65876110, ' +
      '65876115-65876116, 65876200-65876201, 65876500, 65876504-65876505, 65876600-65876602, 65877100-65877101, ' +
      '65877600-65877602, 65877700, 65877801-65877802, 65878200-65878202, 65878300-65878311, 65878400-65878405, ' +
      '65878500-65878505, 65878600-65878601, 65879800, 65880800, 65880900',
  },
  { of: 'maestro', taken: null, why: 'A debit card of Maestro alone.', ranges: '493698' },
  { of: 'naranja', taken: 'visa', why: 'Naranja’s card of Visa’s network.', ranges: '402918' },
  { of: 'naranja', taken: 'mastercard', why: 'Naranja’s card of Mastercard’s network.', ranges: '527572' },
];

/** Ranges that the library gives to one of our brands, and that are not taken. */
export const RETIRED: readonly Decision[] = [
  {
    of: 'jcb',
    taken: null,
    why: 'Numbers of 15 digits, no longer issued; the library knows none of 15.',
    ranges: '1800, 2131',
  },
];
