/** Every word of the shop, in Japanese and English, and the choice between them. */

const JA = {
  languageName: '日本語',
  shopName: '波間',
  shopLine: '藍染め手ぬぐい・徳島',
  skip: '本文へ進む',
  languages: '言語',
  testMode: 'テストモードです。実際の請求も発送もありません。',

  productEyebrow: '本藍染め・手染め手ぬぐい',
  productName: '月夜の波',
  productReading: 'つきよのなみ',
  productLead:
    '月の出た海を、一枚の木綿に。型紙で糊を置き、藍の甕に浸しては風に当てることを十二度。使うほどに布はやわらかく、藍は澄んでいきます。',
  artwork: '竹の棒に掛かった藍染めの手ぬぐい。淡い空から深い藍へと移る地に、白い月、三羽の千鳥、重なる波の文様。',
  taxIncluded: '税込・送料無料',
  quantity: '枚数',
  unit: '枚',
  buy: '購入手続きへ',
  specMaterial: '素材',
  specMaterialValue: '木綿100%（岡木綿）',
  specSize: '寸法',
  specSizeValue: '約34 × 90 cm',
  specDye: '染め',
  specDyeValue: '天然藍・型染め',
  specShip: 'お届け',
  specShipValue: '3営業日以内に発送',
  promiseCard: 'カード番号は当店のサーバーを通りません',
  promiseReturn: '到着から30日以内は返品を承ります',

  makingTitle: '一枚ができるまで',
  making1: '型を置く',
  making1Text: '手彫りの型紙で、米糠の糊を置きます。糊の下の白が、月になり、波になります。',
  making2: '藍に浸す',
  making2Text: '灰汁で建てた藍の甕に浸し、風に当てる。これを十二度くり返して、深い藍にします。',
  making3: '水に放つ',
  making3Text: '川の水で糊を落とし、日に干します。ここではじめて、月が現れます。',
  careTitle: 'お手入れ',
  careText:
    'はじめの数回は色が落ちます。ほかの物と分け、水で手洗いしてください。切りっぱなしの端は、やがて房になって止まります。',

  checkoutTitle: 'ご購入手続き',
  summaryTitle: 'ご注文内容',
  subtotal: '小計（税抜）',
  tax: '消費税（10%）',
  shipping: '送料',
  free: '無料',
  total: '合計',
  contactTitle: 'お届け先',
  name: 'お名前',
  email: 'メールアドレス',
  emailHint: 'ご注文に関するご連絡にのみ使用します。',
  postalCode: '郵便番号',
  postalCodeExample: '771-1203',
  address: 'ご住所',
  required: '入力してください。',
  emailWrong: 'メールアドレスの形式をご確認ください。',
  cardNumberHere: 'カード番号は、下のカード情報の入力欄にのみ入力してください。',
  cardTitle: 'お支払い',
  cardLoading: 'カード情報の入力欄を準備しています…',
  cardFailed: 'カード情報の入力欄を表示できませんでした。通信環境をご確認のうえ、もう一度お試しください。',
  reload: '再読み込み',
  pay: '{amount}を支払う',
  paying: 'お支払いを確認しています…',
  payNote: 'ボタンを二度押しても、請求は一度だけです。',
  payUnsure:
    '通信が途切れ、お支払い結果を確認できませんでした。もう一度ボタンを押してください。二重に請求されることはありません。',
  payBroken: 'ただいまお支払いを受け付けられません。請求は発生していません。時間をおいて、もう一度お試しください。',
  anotherCardNotice: '前回のカードではお支払いできませんでした。別のカード情報を入力してください。',
  needsScript: 'カード番号を当店に渡さずにお支払いいただくため、JavaScript を有効にしてください。',
  hintsTitle: 'テスト用カード',
  hintsText: '有効期限は将来の年月、セキュリティコードは任意の3桁です。',
  hintApprove: '承認',
  hintDecline: '承認拒否',
  hintFunds: '残高不足',
  hintLost: '応答なし（通信断）',
  fillSample: 'サンプルを入力',
  backToProduct: '商品へ戻る',

  paidTitle: 'ありがとうございました',
  paidText: 'ご注文を承りました。心を込めてお包みします。',
  orderNumber: '注文番号',
  paidWith: 'お支払い',
  endingIn: '末尾',
  sendTo: 'お届け先',
  nextTitle: '今後の流れ',
  nextText: '3営業日以内に発送し、配送伝票番号をメールでお知らせします。',
  continueShopping: 'お店に戻る',
  declinedTitle: 'お支払いが承認されませんでした',
  notCharged: '請求は発生していません。ご注文内容はそのまま残っています。',
  anotherCard: '別のカードを使う',
  refusedTitle: 'お支払いを完了できませんでした',
  processingTitle: 'お支払いを確認しています',
  processingText:
    'カード会社からの応答を待っています。画面を閉じずにお待ちください。結果が分かり次第、自動で切り替わります。',
  lostTitle: 'お支払い結果を照会しています',
  lostText:
    '通信が途切れたため、同じお支払いの結果を照会しています。二重に請求されることはありませんので、そのままお待ちください。',
  stillWaiting:
    'カード会社からの応答に、2分ほどかかることがあります。結果は、この画面を開き直すといつでも確認できます。',
  checkAgain: '今すぐ確認する',
  messageTitle: 'ページを表示できません',
  orderNotFound: 'ご注文が見つかりませんでした。手続き中のご注文は、時間が経つと削除されることがあります。',
  pageNotFound: 'お探しのページは見つかりませんでした。',

  legalTitle: '特定商取引法に基づく表記',
  legalSeller: '販売業者',
  legalSellerValue: '波間染工房（架空のお店です）',
  legalContact: 'お問い合わせ',
  legalPrice: '販売価格',
  legalPriceValue: '商品ページに税込で表示しています。送料は当店が負担します。',
  legalPayment: 'お支払い',
  legalPaymentValue: 'クレジットカード（ご注文時にお支払い）',
  legalReturns: '返品',
  legalReturnsValue: '到着から30日以内に承ります。',
  footer: 'Fuda のサンプルのお店です。商品は販売していません。',
} as const;

export type Texts = { readonly [Name in keyof typeof JA]: string };
export type Locale = 'ja' | 'en';

const EN: Texts = {
  languageName: 'English',
  shopName: 'Namima',
  shopLine: 'Indigo cloths from Tokushima',
  skip: 'Skip to content',
  languages: 'Language',
  testMode: 'Test mode. Nothing is charged and nothing is sent.',

  productEyebrow: 'Hand-dyed tenugui, natural indigo',
  productName: 'Moonlit Waves',
  productReading: '月夜の波',
  productLead:
    'The sea under a rising moon, on one length of cotton. Rice paste laid through a hand-cut stencil, then twelve dips in the indigo vat with a breath of air after each. It softens with use, and the blue grows clear.',
  artwork:
    'An indigo tenugui hung from a bamboo rod: pale sky deepening to dark blue, a white moon, three plovers and a pattern of overlapping waves.',
  taxIncluded: 'tax and shipping included',
  quantity: 'Quantity',
  unit: '',
  buy: 'Continue to checkout',
  specMaterial: 'Cloth',
  specMaterialValue: '100% cotton (Oka weave)',
  specSize: 'Size',
  specSizeValue: 'about 34 × 90 cm',
  specDye: 'Dye',
  specDyeValue: 'Natural indigo, stencil resist',
  specShip: 'Delivery',
  specShipValue: 'Leaves us within 3 working days',
  promiseCard: 'Your card number never passes through our server',
  promiseReturn: 'Returns welcome within 30 days',

  makingTitle: 'How one is made',
  making1: 'The paste',
  making1Text: 'Rice-bran paste goes on through a hand-cut stencil. What it covers stays white: the moon, the waves.',
  making2: 'The vat',
  making2Text: 'Into living indigo, out into the wind. Twelve times over, until the blue is as deep as it will go.',
  making3: 'The river',
  making3Text: 'Running water lifts the paste, the sun dries the cloth. Only now does the moon come out.',
  careTitle: 'Care',
  careText:
    'The first washes give off colour: wash by hand in cold water, on its own. The cut ends fray a little, then settle into a fringe.',

  checkoutTitle: 'Checkout',
  summaryTitle: 'Your order',
  subtotal: 'Subtotal (before tax)',
  tax: 'Consumption tax (10%)',
  shipping: 'Shipping',
  free: 'Free',
  total: 'Total',
  contactTitle: 'Delivery',
  name: 'Name',
  email: 'Email',
  emailHint: 'Only for news of this order.',
  postalCode: 'Postal code',
  postalCodeExample: '771-1203',
  address: 'Address',
  required: 'Please fill this in.',
  emailWrong: 'Please check the email address.',
  cardNumberHere: 'Please enter card numbers in the card field below only.',
  cardTitle: 'Payment',
  cardLoading: 'Preparing the secure card field…',
  cardFailed: 'The card field could not be shown. Please check your connection and try again.',
  reload: 'Load again',
  pay: 'Pay {amount}',
  paying: 'Confirming your payment…',
  payNote: 'Pressing twice still charges once.',
  payUnsure: 'The connection broke before the response came. Press the button again; you will not be charged twice.',
  payBroken: 'We cannot take payments right now. Your card was not charged. Please try again a little later.',
  anotherCardNotice: 'The last card could not be charged. Please enter another one.',
  needsScript: 'Please turn on JavaScript: it lets you pay without your card number passing through us.',
  hintsTitle: 'Test cards',
  hintsText: 'Any future expiry date and any three-digit security code.',
  hintApprove: 'Approved',
  hintDecline: 'Declined',
  hintFunds: 'Insufficient funds',
  hintLost: 'Response lost',
  fillSample: 'Fill in a sample',
  backToProduct: 'Back to the cloth',

  paidTitle: 'Thank you',
  paidText: 'Your order is in, and we will wrap it with care.',
  orderNumber: 'Order number',
  paidWith: 'Paid with',
  endingIn: 'ending in',
  sendTo: 'Delivery to',
  nextTitle: 'What happens now',
  nextText: 'It leaves us within three working days, and we email you the tracking number.',
  continueShopping: 'Back to the shop',
  declinedTitle: 'The payment did not go through',
  notCharged: 'Your card was not charged, and your order is still here as you left it.',
  anotherCard: 'Use another card',
  refusedTitle: 'The payment could not be completed',
  processingTitle: 'Confirming your payment',
  processingText: 'We are waiting for your card company. Please stay on this page; it changes by itself.',
  lostTitle: 'Finding out what happened',
  lostText:
    'The response was lost on its way, so we are asking about the same payment again. You will not be charged twice. Please stay on this page.',
  stillWaiting: 'Your card company may take a minute or two. Open this page again at any time to see the result.',
  checkAgain: 'Check now',
  messageTitle: 'This page cannot be shown',
  orderNotFound: 'We could not find this order. Unfinished orders are not kept for long.',
  pageNotFound: 'There is no page here.',

  legalTitle: 'Legal notice (Specified Commercial Transactions Act)',
  legalSeller: 'Seller',
  legalSellerValue: 'Namima Dye House (a fictional shop)',
  legalContact: 'Contact',
  legalPrice: 'Price',
  legalPriceValue: 'Shown with tax. We pay the shipping.',
  legalPayment: 'Payment',
  legalPaymentValue: 'Credit card, charged when you order.',
  legalReturns: 'Returns',
  legalReturnsValue: 'Within 30 days of arrival',
  footer: 'An example shop for Fuda. Nothing is for sale.',
};

export const TEXTS: Readonly<Record<Locale, Texts>> = { ja: JA, en: EN };

/** The address decides, then the browser's first choice that we speak; a Japanese shop speaks Japanese. */
export function chooseLocale(asked: string | null, acceptLanguage: string | undefined): Locale {
  if (asked === 'ja' || asked === 'en') return asked;
  const ranked = (acceptLanguage ?? '')
    .slice(0, 200)
    .split(',')
    .map((part) => /^(ja|en)(?:-[\w-]+)?\s*(?:;\s*q=([\d.]+))?$/i.exec(part.trim()))
    .filter((match) => match !== null)
    .map(
      (match) => ({ locale: match[1]?.toLowerCase() === 'en' ? 'en' : 'ja', weight: Number(match[2] ?? '1') }) as const,
    )
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight);
  return ranked[0]?.locale ?? 'ja';
}

/** Yen have no minor unit, so the amount is the price. */
export const formatYen = (amountMinor: number, locale: Locale): string =>
  locale === 'ja' ? `${amountMinor.toLocaleString('ja-JP')}円` : `¥${amountMinor.toLocaleString('en-US')}`;
