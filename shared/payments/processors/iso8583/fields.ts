/**
 * The fields of ISO 8583:1987 that this adapter sends or reads, in the form of the standard's table. All are ASCII. A
 * field that is not here is refused in both directions, because its length would be a guess.
 */

export interface FieldFormat {
  /** `n` digits · `an` letters and digits · `ans` any printable. */
  readonly type: 'n' | 'an' | 'ans';
  readonly length: number;
  /** `fixed`, or a length prefix of two or three digits before at most `length` characters. */
  readonly size: 'fixed' | 'llvar' | 'lllvar';
  /** How a shorter value fills a fixed field; without it the value must fit exactly. */
  readonly pad?: 'zeros_left' | 'spaces_right';
  /** How it prints; hidden unless given. */
  readonly print?: 'clear' | 'last4';
  readonly about: string;
}

export const FIELDS: Readonly<Record<number, FieldFormat>> = {
  2: { type: 'n', length: 19, size: 'llvar', print: 'last4', about: 'primary account number' },
  3: { type: 'n', length: 6, size: 'fixed', print: 'clear', about: 'processing code' },
  4: { type: 'n', length: 12, size: 'fixed', pad: 'zeros_left', print: 'clear', about: 'amount, transaction' },
  7: { type: 'n', length: 10, size: 'fixed', print: 'clear', about: 'transmission date and time, MMDDhhmmss, UTC' },
  11: { type: 'n', length: 6, size: 'fixed', pad: 'zeros_left', print: 'clear', about: 'systems trace audit number' },
  12: { type: 'n', length: 6, size: 'fixed', print: 'clear', about: 'time, local transaction' },
  13: { type: 'n', length: 4, size: 'fixed', print: 'clear', about: 'date, local transaction, MMDD' },
  14: { type: 'n', length: 4, size: 'fixed', about: 'date, expiration, YYMM' },
  15: { type: 'n', length: 4, size: 'fixed', print: 'clear', about: 'date, settlement' },
  18: { type: 'n', length: 4, size: 'fixed', print: 'clear', about: 'merchant type (ISO 18245)' },
  22: { type: 'n', length: 3, size: 'fixed', print: 'clear', about: 'point of service entry mode' },
  25: { type: 'n', length: 2, size: 'fixed', print: 'clear', about: 'point of service condition code' },
  32: { type: 'n', length: 11, size: 'llvar', print: 'clear', about: 'acquiring institution identification code' },
  37: { type: 'an', length: 12, size: 'fixed', print: 'clear', about: 'retrieval reference number' },
  38: {
    type: 'an',
    length: 6,
    size: 'fixed',
    pad: 'spaces_right',
    print: 'clear',
    about: 'authorization identification',
  },
  39: { type: 'an', length: 2, size: 'fixed', print: 'clear', about: 'response code' },
  41: { type: 'ans', length: 8, size: 'fixed', pad: 'spaces_right', print: 'clear', about: 'card acceptor terminal' },
  42: { type: 'ans', length: 15, size: 'fixed', pad: 'spaces_right', print: 'clear', about: 'card acceptor' },
  43: {
    type: 'ans',
    length: 40,
    size: 'fixed',
    pad: 'spaces_right',
    print: 'clear',
    about: 'card acceptor name, location',
  },
  44: { type: 'ans', length: 25, size: 'llvar', about: 'additional response data' },
  48: { type: 'ans', length: 999, size: 'lllvar', about: 'additional data, private; card on file, security code' },
  49: { type: 'n', length: 3, size: 'fixed', print: 'clear', about: 'currency code, transaction (ISO 4217)' },
  54: { type: 'ans', length: 120, size: 'lllvar', about: 'additional amounts' },
  62: { type: 'ans', length: 999, size: 'lllvar', about: 'reserved private' },
  63: { type: 'ans', length: 999, size: 'lllvar', about: 'reserved private; in responses the network transaction id' },
  70: { type: 'n', length: 3, size: 'fixed', print: 'clear', about: 'network management information code' },
  90: { type: 'n', length: 42, size: 'fixed', print: 'clear', about: 'original data elements' },
};

/** The characters of a type. Printable ASCII only, so that none can forge a line of a log. */
export const CHARACTERS: Readonly<Record<FieldFormat['type'], RegExp>> = {
  n: /^[0-9]*$/,
  an: /^[A-Za-z0-9 ]*$/,
  ans: /^[\x20-\x7e]*$/,
};
