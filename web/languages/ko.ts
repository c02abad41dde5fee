/** Korean. */
import type { PageTexts, Texts } from '../texts.ts';

export const field: Texts = {
  direction: 'ltr',
  title: '카드 정보',
  number: '카드 번호',
  expiry: '유효기간',
  expiryPlaceholder: 'MM / YY',
  cvc: '보안 코드',
  name: '카드 명의자',
  assurance: '카드 정보는 상점에 전달되지 않습니다.',
  testMode: '테스트',
  sending: '카드 정보를 안전하게 처리하고 있습니다…',
  stillSending: '시간이 걸리고 있습니다. 기다려 주세요…',
  faults: {
    number_missing: '카드 번호를 입력해 주세요.',
    number_incomplete: '카드 번호를 끝까지 입력해 주세요.',
    number_invalid: '카드 번호의 자릿수를 확인해 주세요.',
    number_luhn: '카드 번호를 다시 확인해 주세요.',
    brand_unknown: '이 카드는 사용할 수 없습니다.',
    expiry_missing: '유효기간을 입력해 주세요.',
    expiry_incomplete: '유효기간을 끝까지 입력해 주세요.',
    expiry_invalid: '유효기간을 확인해 주세요.',
    expiry_past: '유효기간이 지난 카드입니다.',
    cvc_missing: '보안 코드를 입력해 주세요.',
    cvc_incomplete: '보안 코드를 끝까지 입력해 주세요.',
    cvc_invalid: '보안 코드의 자릿수가 너무 많습니다.',
    name_missing: '카드 명의자를 입력해 주세요.',
    name_invalid: '카드에 적힌 이름을 입력해 주세요.',
    test_card_required: '테스트 카드만 사용할 수 있습니다.',
    test_card_refused: '테스트 카드는 사용할 수 없습니다.',
  },
  troubles: {
    network: '연결을 확인하고 다시 시도해 주세요.',
    timeout: '응답이 없습니다. 다시 시도해 주세요.',
    busy: '이용자가 많습니다. 잠시 후 다시 시도해 주세요.',
    refused: '처리하지 못했습니다. 상점에 문의해 주세요.',
  },
};

export const page: PageTexts = {
  titles: {
    card: '카드 정보 입력란',
    number: '카드 번호 입력란',
    expiry: '유효기간 입력란',
    cvc: '보안 코드 입력란',
    name: '카드 명의자 입력란',
  },
  errors: {
    frame_not_ready: '카드 입력란을 불러오지 못했습니다. 페이지를 새로고침한 후 다시 시도해 주세요.',
    timeout: '카드 입력란이 응답하지 않습니다. 다시 시도해 주세요.',
    destroyed: '카드 입력란이 페이지에서 사라졌습니다. 페이지를 새로고침한 후 다시 시도해 주세요.',
  },
};
