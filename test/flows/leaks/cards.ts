/**
 * The cards of the leak search: published test numbers of every brand, each with a different security code. The four
 * numbers that `npm start` and the shop print as hints are used nowhere here, so that every find is a leak. The codes
 * begin with 0, as no count in a report does.
 */
export interface LeakCard {
  readonly number: string;
  readonly cvc: string;
}

/** Typed into the hosted field or sent to POST /v1/tokens. */
export const CARDS = {
  visa: { number: '4012888888881881', cvc: '039' },
  mastercard: { number: '5200828282828210', cvc: '083' },
  mastercardTwo: { number: '2223003122003222', cvc: '061' },
  amex: { number: '378282246310005', cvc: '0391' },
  amexTwo: { number: '371449635398431', cvc: '0264' },
  jcb: { number: '3566002020360505', cvc: '017' },
  diners: { number: '36227206271667', cvc: '094' },
  discover: { number: '6011000990139424', cvc: '048' },
  unionpay: { number: '6205500000000000004', cvc: '052' },
  stolen: { number: '4000000000009979', cvc: '041' },
  expired: { number: '4000000000000069', cvc: '053' },
  refundFails: { number: '4000000000005126', cvc: '076' },
  timeout: { number: '4000000000000101', cvc: '062' },
} as const satisfies Record<string, LeakCard>;

/** Sent where no card may be, and refused there. */
export const MISPLACED = {
  metadata: { number: '6011111111111117', cvc: '085' },
  malformed: { number: '5105105105105100', cvc: '026' },
  path: { number: '3530111333300000', cvc: '074' },
} as const satisfies Record<string, LeakCard>;

export const ALL_CARDS: Readonly<Record<string, LeakCard>> = { ...CARDS, ...MISPLACED };

/** As people and pages write it: 4-6-5 for fifteen digits, 4-6-4 for fourteen, fours otherwise. */
export function grouped(number: string, separator: string): string {
  const sizes = { 14: [4, 6, 4], 15: [4, 6, 5] }[number.length] ?? [4, 4, 4, 4, 4];
  let rest = number;
  const groups = sizes.map((size) => {
    const group = rest.slice(0, size);
    rest = rest.slice(size);
    return group;
  });
  return groups.filter((group) => group !== '').join(separator);
}
