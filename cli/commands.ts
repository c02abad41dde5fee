/** Every command, in the order of the overview. */
import { cardsExport } from './commands/cards/export.ts';
import { cardsKeys } from './commands/cards/keys.ts';
import { evidenceAnswer } from './commands/evidence/answer.ts';
import { evidence } from './commands/evidence/evidence.ts';
import { evidenceVerify } from './commands/evidence/verify.ts';
import { forwardAdd } from './commands/forward/add.ts';
import { forwardList } from './commands/forward/list.ts';
import { forwardRemove } from './commands/forward/remove.ts';
import { honeyList } from './commands/honey/list.ts';
import { honeyPlant } from './commands/honey/plant.ts';
import { keyRevoke } from './commands/key/revoke.ts';
import { keyRotate } from './commands/key/rotate.ts';
import { merchantCreate } from './commands/merchant/create.ts';
import { merchantLimits } from './commands/merchant/limits.ts';
import { merchantOrigins } from './commands/merchant/origins.ts';
import { merchantShow } from './commands/merchant/show.ts';
import { pageCheck } from './commands/page/check.ts';
import { pageCompare } from './commands/page/compare.ts';
import { processorAdd } from './commands/processor/add.ts';
import { processorList } from './commands/processor/list.ts';
import { secretFingerprint } from './commands/secret/fingerprint.ts';
import { secretList } from './commands/secret/list.ts';
import { secretSet } from './commands/secret/set.ts';
import { webhookAdd } from './commands/webhook/add.ts';
import { webhookList } from './commands/webhook/list.ts';
import { webhookRemove } from './commands/webhook/remove.ts';
import { webhookReplay } from './commands/webhook/replay.ts';
import { webhookRotateSecret } from './commands/webhook/rotate-secret.ts';
import type { Command } from './core/command.ts';

export const COMMANDS: readonly Command[] = [
  merchantCreate,
  merchantOrigins,
  merchantLimits,
  merchantShow,
  keyRotate,
  keyRevoke,
  secretSet,
  secretFingerprint,
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
  evidenceAnswer,
  cardsKeys,
  cardsExport,
];
