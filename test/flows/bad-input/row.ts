/** One bad request and the refusal it must meet. */
import type { ErrorCode } from '../../../shared/base/errors.ts';
import type { Request } from '../../setup/vault.ts';
import type { Scene } from './scene.ts';

export type Row = readonly [
  /** What is bad, as the beginning of a title: "… is refused as …". */
  bad: string,
  code: ErrorCode,
  /** The field the refusal names; null where no field is at fault. */
  param: string | null,
  request: (scene: Scene) => Request | Promise<Request>,
];

export type Body = Readonly<Record<string, unknown>>;
