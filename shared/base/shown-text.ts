/**
 * Texts of a merchant that a shopper reads beside an amount. What cannot be seen may not be in them, because it changes how
 * the rest is read: a bidirectional control shows letters in another order, a control character or an invisible one hides
 * what a person compares (Unicode UTS 55, UAX 9). Joiners and variation selectors stay, since scripts and names need them.
 */
const UNSEEN =
  /(?![\p{Variation_Selector}\u{200c}\u{200d}])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u;

/** Whether a text has nothing in it that is not seen. */
export const isSeenWhole = (text: string): boolean => !UNSEEN.test(text);
