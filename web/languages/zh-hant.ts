/** Chinese in traditional characters. */
import type { PageTexts, Texts } from '../texts.ts';

export const field: Texts = {
  direction: 'ltr',
  title: '信用卡資料',
  number: '卡號',
  expiry: '有效期限',
  expiryPlaceholder: '月 / 年',
  cvc: '安全碼',
  name: '持卡人姓名',
  assurance: '商店不會看到您的卡片資料。',
  testMode: '測試',
  sending: '正在加密您的卡片資料…',
  stillSending: '處理時間較長，請稍候…',
  faults: {
    number_missing: '請輸入卡號。',
    number_incomplete: '卡號不完整。',
    number_invalid: '卡號位數不正確。',
    number_luhn: '卡號有誤，請檢查。',
    brand_unknown: '不接受此卡，請改用其他卡片。',
    expiry_missing: '請輸入有效期限。',
    expiry_incomplete: '有效期限不完整。',
    expiry_invalid: '有效期限有誤，請檢查。',
    expiry_past: '此卡已過期，請改用其他卡片。',
    cvc_missing: '請輸入安全碼。',
    cvc_incomplete: '安全碼不完整。',
    cvc_invalid: '安全碼位數過多。',
    name_missing: '請輸入持卡人姓名。',
    name_invalid: '請依卡面輸入姓名。',
    test_card_required: '測試模式只接受測試卡。',
    test_card_refused: '此處不能使用測試卡。',
  },
  troubles: {
    network: '網路連線失敗，請檢查後重試。',
    timeout: '伺服器沒有回應，請重試。',
    busy: '系統忙碌中，請稍後重試。',
    refused: '操作未成功，請重試或聯絡商店。',
  },
};

export const page: PageTexts = {
  titles: {
    card: '信用卡資料輸入欄',
    number: '卡號輸入欄',
    expiry: '有效期限輸入欄',
    cvc: '安全碼輸入欄',
    name: '持卡人姓名輸入欄',
  },
  errors: {
    frame_not_ready: '信用卡輸入欄未能載入，請重新整理頁面後再試。',
    timeout: '信用卡輸入欄沒有回應，請重試。',
    destroyed: '頁面上已沒有信用卡輸入欄，請重新整理頁面後再試。',
  },
};
