/**
 * Checks the words of the Japanese texts: one term for each thing, that of the field where it has one, and one style
 * for figures, brackets and Latin words. So two words always mean two things.
 */
import type { Module, SyntaxNode } from './syntax.ts';
import type { SourceFile } from './tree.ts';

/** A wrong term inside a right one is allowed: `ブラウザ` is wrong, `ブラウザー` is not. */
export const TERMS: readonly (readonly [wrong: string, right: string])[] = [
  // Cards and payments.
  ['カードデータ', 'カード情報'],
  ['カードナンバー', 'カード番号'],
  ['カードの名義', 'カード名義'],
  ['セキュリティーコード', 'セキュリティコード'],
  ['オーソリ', 'オーソリゼーション'],
  ['キャプチャ', '売上確定'],
  ['払い戻', '返金'],
  ['決済会社', '決済代行会社'],
  ['決済事業者', '決済代行会社'],
  ['処理会社', '決済代行会社'],
  ['アクワイアラ', 'アクワイアラー'],
  ['イシュア', 'イシュアー'],
  ['プロバイダ', 'プロバイダー'],
  ['提供者', 'サービスプロバイダー'],
  ['一回限りのトークン', 'ワンタイムトークン'],
  ['移出', '移行（エクスポート）'],
  // Keys: 鍵 is a cryptographic one, キー one of the API.
  ['復号化', '復号'],
  ['解読', '復号'],
  ['開かない', '復号できない'],
  ['指紋', 'フィンガープリント'],
  ['テスト鍵', 'テスト用キー'],
  ['本番鍵', '本番用キー'],
  ['公開可能鍵', '公開可能キー'],
  // Audit.
  ['閲読', '読み取り'],
  ['読めない', '読み取れない'],
  ['封印', 'ダイジェスト'],
  ['監査に対する監視', '監査を妨げる操作の監視'],
  ['拒否または失敗した', '拒否した、または失敗した'],
  ['名指し', '明示'],
  ['対応策', '管理策'],
  ['要求内容', '要求事項'],
  // Systems.
  ['ブラウザ', 'ブラウザー'],
  ['サーバ', 'サーバー'],
  ['ユーザ', 'ユーザー'],
  ['ヘッダ', 'ヘッダー'],
  ['フォルダ', 'フォルダー'],
  ['配備', 'デプロイ'],
  ['警報', 'アラーム'],
  ['要求', 'リクエスト'],
  ['資源', 'リソース'],
  ['記憶域', 'ストレージ'],
  ['試験', 'テスト'],
  ['写し', '複製'],
  ['経路表', 'ルート定義'],
  // What shoppers read.
  ['確認済みのドメイン', '登録済みのドメイン'],
  ['確認済みドメイン', '登録済みのドメイン'],
  ['先の年月', '将来の年月'],
  ['確かめ', '確認'],
  ['見本', 'サンプル'],
  // Spelling.
  ['だれ', '誰'],
  ['下さい', 'ください'],
  ['しだい', '次第'],
  ['お問合せ', 'お問い合わせ'],
  ['～', '〜'],
];

/** Texts for shoppers have figures without spaces, as in shops: 4,180円. Reports and guides have spaces: 下 4 桁. */
type Reader = 'shopper' | 'professional';

interface Form {
  readonly wrong: RegExp;
  readonly right: string;
  /** An example of the fault. */
  readonly planted: string;
  readonly only?: Reader;
}

const J = '[ぁ-ゖァ-ヺー一-鿿々]';

export const FORMS: readonly Form[] = [
  {
    wrong: new RegExp(`${J}[()]|[()]${J}`),
    right: 'full-width brackets',
    planted: '小計(税抜)',
  },
  { wrong: new RegExp(`${J}[,.;:!?]`), right: '、。；：！？', planted: '確認してください.' },
  { wrong: new RegExp(`${J}[A-Za-z]|[A-Za-z]${J}`), right: 'a blank beside Latin letters', planted: 'APIを呼ぶ' },
  { wrong: /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/, right: 'half-width letters and digits', planted: '５桁です' },
  { wrong: /[\uff61-\uff9f]/, right: 'full-width kana', planted: 'ｶｰﾄﾞです' },
  { wrong: /[¥￥]\s?\d/, right: 'an amount with 円 after it', planted: '支払う ￥4,180' },
  {
    wrong: /[一二三四五六七八九十百千]+(?:桁|日|時間|か月|件|バイト|秒)/,
    right: 'digits, in what is counted or measured',
    planted: '下四桁です',
  },
  {
    wrong: new RegExp(`${J}\\d|\\d${J}`),
    right: 'a blank beside a figure',
    planted: '下4桁です',
    only: 'professional',
  },
  {
    wrong: new RegExp(`${J} \\d|\\d ${J}`),
    right: 'no blank beside a figure',
    planted: '任意の 3 桁',
    only: 'shopper',
  },
];

const SHOPPERS_READ = /^(?:web|examples)\/|\/checkout\//;

interface Text {
  readonly line: number;
  readonly text: string;
}

/** Japanese texts that violate the two tables. Tests may quote wrong texts. */
export function wrongWords(files: readonly SourceFile[], modules: readonly Module[]): string[] {
  const scripts = new Map(modules.map((module) => [module.path, module]));
  return files.flatMap((file) => {
    if (/\.test\.ts$|^test\/vectors\/|^tools\/tidy\/glossary\.ts$/.test(file.path)) return [];
    const module = scripts.get(file.path);
    const texts = module === undefined ? textsOfPage(file) : textsOfModule(module);
    const reader = SHOPPERS_READ.test(file.path) ? 'shopper' : 'professional';
    return texts.flatMap(({ line, text }) => faultsOf(text, reader).map((fault) => `${file.path}:${line} ${fault}`));
  });
}

function faultsOf(text: string, reader: Reader): string[] {
  const rest = RIGHT_AROUND_WRONG.reduce((all, right) => all.replaceAll(right, '□'), text);
  const terms = TERMS.filter(([wrong]) => rest.includes(wrong)).map(([wrong, right]) => `says ${wrong}: say ${right}`);
  const forms = FORMS.flatMap(({ wrong, right, only = reader }) => {
    const found = only === reader ? wrong.exec(text)?.[0] : undefined;
    return found === undefined ? [] : [`writes ${found}: write ${right}`];
  });
  return [...terms, ...forms];
}

/** Right terms that contain a wrong one, longest first. */
const RIGHT_AROUND_WRONG = TERMS.map(([, right]) => right)
  .filter((right) => TERMS.some(([wrong]) => right.includes(wrong)))
  .toSorted((a, b) => b.length - a.length);

const KANA = /[ぁ-ゖァ-ヺ]/;
/** Only before any English, so that an English sentence may name a Japanese thing. */
const KANJI = /^[^a-z]*[一-鿿]/;

/** Characters without kana are Chinese or a name, except on a Japanese page. */
function textsOfPage({ path, text }: SourceFile): Text[] {
  const signs = path.endsWith('.ja.md') ? [KANA, KANJI] : [KANA];
  return linesOf({ line: 1, text }).filter((line) => signs.some((sign) => sign.test(line.text)));
}

function textsOfModule({ nodes }: Module): Text[] {
  const lines = nodes.flatMap(literalOf).flatMap(linesOf);
  const signs = lines.some(({ text }) => KANA.test(text)) ? [KANA, KANJI] : [];
  return lines.filter(({ text }) => signs.some((sign) => sign.test(text)));
}

/** Lines without code blocks and link targets; a code word becomes a Latin letter. */
const linesOf = ({ line, text }: Text): Text[] =>
  text
    .replaceAll(/^( *```)[\s\S]*?^\1/gm, (block) => block.replaceAll(/[^\n]/g, ''))
    .split('\n')
    .map((each) => each.replaceAll(/`[^`]*`/g, 'x').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1'))
    .map((each, index) => ({ line: line + index, text: each }));

/** In a template, a digit replaces an inserted value. */
function literalOf({ type, line, fields }: SyntaxNode): Text[] {
  if (type === 'StringLiteral') return [{ line, text: String(fields.value) }];
  if (type !== 'TemplateLiteral' || !Array.isArray(fields.quasis)) return [];
  const parts = (fields.quasis as readonly { readonly cooked?: string | null }[]).map(({ cooked }) => cooked ?? '');
  return [{ line, text: parts.join('0') }];
}
