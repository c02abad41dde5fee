/** Chinese in simplified characters. */
import type { PageTexts, Texts } from '../texts.ts';

export const field: Texts = {
  direction: 'ltr',
  title: '银行卡信息',
  number: '卡号',
  expiry: '有效期',
  expiryPlaceholder: '月 / 年',
  cvc: '安全码',
  name: '持卡人姓名',
  assurance: '商家不会看到您的卡片信息。',
  testMode: '测试',
  sending: '正在加密您的卡片信息…',
  stillSending: '处理时间较长，请稍候…',
  faults: {
    number_missing: '请输入卡号。',
    number_incomplete: '卡号不完整。',
    number_invalid: '卡号位数不正确。',
    number_luhn: '卡号有误，请检查。',
    brand_unknown: '不支持此卡，请换一张卡。',
    expiry_missing: '请输入有效期。',
    expiry_incomplete: '有效期不完整。',
    expiry_invalid: '有效期有误，请检查。',
    expiry_past: '此卡已过期，请换一张卡。',
    cvc_missing: '请输入安全码。',
    cvc_incomplete: '安全码不完整。',
    cvc_invalid: '安全码位数过多。',
    name_missing: '请输入持卡人姓名。',
    name_invalid: '请按卡面输入姓名。',
    test_card_required: '测试模式只接受测试卡。',
    test_card_refused: '此处不能使用测试卡。',
  },
  troubles: {
    network: '网络连接失败，请检查后重试。',
    timeout: '服务器没有响应，请重试。',
    busy: '系统繁忙，请稍后重试。',
    refused: '操作未成功，请重试或联系商家。',
  },
};

export const page: PageTexts = {
  titles: {
    card: '银行卡信息输入框',
    number: '卡号输入框',
    expiry: '有效期输入框',
    cvc: '安全码输入框',
    name: '持卡人姓名输入框',
  },
  errors: {
    frame_not_ready: '银行卡输入框未能加载，请刷新页面后重试。',
    timeout: '银行卡输入框没有响应，请重试。',
    destroyed: '页面上已没有银行卡输入框，请刷新页面后重试。',
  },
};
