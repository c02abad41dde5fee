/** A number in packed decimal, two digits a byte, as ISO 8583 and EMV write it and dumps of their messages show it. */

/** The whole bytes of it, where the number begins with a byte and where it begins in the middle of one. */
export const packed = (number: string): Buffer[] =>
  [0, 1].map((start) => Buffer.from(number.slice(start, number.length - ((number.length - start) % 2)), 'hex'));

/** Where it lies in bytes, none within another. */
export function placesOf(needle: Buffer, bytes: Buffer): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + needle.length)) places.push(at);
  return places;
}
