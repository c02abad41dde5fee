/** Every command, in the order of the overview. */
import { cardsExport } from './cards-export.ts';
import { cardsKeys } from './cards-keys.ts';
import type { Command } from './command.ts';
import { evidence } from './evidence.ts';
import { evidenceVerify } from './evidence-verify.ts';
import { forwardAdd } from './forward-add.ts';
import { forwardList } from './forward-list.ts';
import { forwardRemove } from './forward-remove.ts';
import { honeyList } from './honey-list.ts';
import { honeyPlant } from './honey-plant.ts';
import { keyRevoke } from './key-revoke.ts';
import { keyRotate } from './key-rotate.ts';
import { merchantCreate } from './merchant-create.ts';
import { merchantLimits } from './merchant-limits.ts';
import { merchantOrigins } from './merchant-origins.ts';
import { merchantShow } from './merchant-show.ts';
import { pageCheck } from './page-check.ts';
import { pageCompare } from './page-compare.ts';
import { processorAdd } from './processor-add.ts';
import { processorList } from './processor-list.ts';
import { secretList } from './secret-list.ts';
import { secretSet } from './secret-set.ts';
import { webhookAdd } from './webhook-add.ts';
import { webhookList } from './webhook-list.ts';
import { webhookRemove } from './webhook-remove.ts';
import { webhookReplay } from './webhook-replay.ts';
import { webhookRotateSecret } from './webhook-rotate-secret.ts';

export const COMMANDS: readonly Command[] = [
  merchantCreate,
  merchantOrigins,
  merchantLimits,
  merchantShow,
  keyRotate,
  keyRevoke,
  secretSet,
  secretList,
  processorAdd,
  processorList,
  webhookAdd,
  webhookList,
  webhookRemove,
  webhookRotateSecret,
  webhookReplay,
  forwardAdd,
  forwardList,
  forwardRemove,
  honeyPlant,
  honeyList,
  pageCheck,
  pageCompare,
  evidence,
  evidenceVerify,
  cardsKeys,
  cardsExport,
];
