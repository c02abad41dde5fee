/** Arabic. */
import type { PageTexts, Texts } from '../texts.ts';

export const field: Texts = {
  direction: 'rtl',
  title: 'بيانات البطاقة',
  number: 'رقم البطاقة',
  expiry: 'تاريخ الانتهاء',
  expiryPlaceholder: 'MM / YY',
  cvc: 'رمز الأمان',
  name: 'الاسم على البطاقة',
  assurance: 'لا يرى المتجر بيانات بطاقتك.',
  testMode: 'تجربة',
  sending: 'جارٍ تأمين بيانات بطاقتك…',
  stillSending: 'يستغرق ذلك بعض الوقت. يرجى الانتظار…',
  faults: {
    number_missing: 'أدخل رقم البطاقة.',
    number_incomplete: 'رقم البطاقة غير مكتمل.',
    number_invalid: 'عدد أرقام البطاقة غير صحيح.',
    number_luhn: 'رقم البطاقة غير صحيح.',
    brand_unknown: 'هذه البطاقة غير مقبولة. استخدم بطاقة أخرى.',
    expiry_missing: 'أدخل تاريخ الانتهاء.',
    expiry_incomplete: 'تاريخ الانتهاء غير مكتمل.',
    expiry_invalid: 'تاريخ الانتهاء غير صحيح.',
    expiry_past: 'انتهت صلاحية البطاقة. استخدم بطاقة أخرى.',
    cvc_missing: 'أدخل رمز الأمان.',
    cvc_incomplete: 'رمز الأمان غير مكتمل.',
    cvc_invalid: 'رمز الأمان أطول من اللازم.',
    name_missing: 'أدخل الاسم على البطاقة.',
    name_invalid: 'أدخل الاسم كما هو على البطاقة.',
    test_card_required: 'تُقبل بطاقات الاختبار فقط.',
    test_card_refused: 'لا تُقبل بطاقات الاختبار هنا.',
  },
  troubles: {
    network: 'تعذر الاتصال. تحقق منه ثم حاول مرة أخرى.',
    timeout: 'لم تصل استجابة. حاول مرة أخرى.',
    busy: 'الخدمة مشغولة. حاول مرة أخرى بعد قليل.',
    refused: 'لم تنجح العملية. حاول مجددًا أو اسأل المتجر.',
  },
};

export const page: PageTexts = {
  titles: {
    card: 'بيانات البطاقة',
    number: 'رقم البطاقة',
    expiry: 'تاريخ الانتهاء',
    cvc: 'رمز الأمان',
    name: 'الاسم على البطاقة',
  },
  errors: {
    frame_not_ready: 'تعذر تحميل حقل البطاقة. أعد تحميل الصفحة ثم حاول مرة أخرى.',
    timeout: 'لم يستجب حقل البطاقة. حاول مرة أخرى.',
    destroyed: 'لم يعد حقل البطاقة موجودًا في الصفحة. أعد تحميل الصفحة ثم حاول مرة أخرى.',
  },
};
