/**
 * Money: whole minor units of one ISO 4217 currency, never floating point. The table gives each currency's minor-unit
 * exponent (ISO 4217 list one): ¥100 is 100, $1.00 is 100, KWD 1.000 is 1000.
 */

export interface Money {
  readonly amountMinor: number;
  /** Three capital letters. */
  readonly currency: string;
}

/** Largest amount: twelve digits, the width of ISO 8583:1987 DE 4. */
export const AMOUNT_MINOR_MAX = 999_999_999_999;

const EXPONENT_0 = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF';
const EXPONENT_3 = 'BHD IQD JOD KWD LYD OMR TND';
const EXPONENT_4 = 'CLF UYW';
const EXPONENT_2 =
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP ' +
  'CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR ' +
  'JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN ' +
  'NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP ' +
  'SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG';

const EXPONENTS: ReadonlyMap<string, number> = new Map(
  (
    [
      [EXPONENT_0, 0],
      [EXPONENT_2, 2],
      [EXPONENT_3, 3],
      [EXPONENT_4, 4],
    ] as const
  ).flatMap(([codes, exponent]) => codes.split(' ').map((code) => [code, exponent] as const)),
);

/** In capitals or small letters of ASCII alone, because `ſek` in capitals reads SEK. */
export const isCurrencyCode = (text: string): boolean =>
  /^[A-Za-z]{3}$/.test(text) && EXPONENTS.has(text.toUpperCase());

/** Digits after the decimal point, or null for a code that is not an ISO 4217 currency. */
export const currencyExponent = (currency: string): number | null => EXPONENTS.get(currency) ?? null;
