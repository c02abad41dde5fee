/** Pays on an open session: a repeated press of the button pays once, and a refused card can be replaced. */
import type { CardForm } from '../hosted/card-form.ts';
import type { TokenizeOutcome } from '../hosted/tokenizer.ts';
import type { SessionStatus } from './checkout.ts';
import { ARRIVES_WITHIN_MS, type Asking, payUntilKnown, watchOutcome } from './outcome.ts';
import type { Screen } from './screen.ts';

export interface AskParts extends Asking {
  readonly form: Pick<CardForm, 'clear' | 'focus' | 'showBusy'>;
  readonly tokenize: () => Promise<TokenizeOutcome>;
  readonly screen: Screen;
  readonly memory: Memory;
  /** Reloads the page, which then shows the outcome. */
  readonly reload: () => void;
}

/** When the last payment without a known outcome was sent, which the page still knows after it was reloaded. */
export interface Memory {
  sentAtMs(): number | null;
  remember(sentAtMs: number | null): void;
}

export function askForPayment(parts: AskParts): void {
  const { screen } = parts;

  const pay = async (): Promise<void> => {
    const made = await parts.tokenize();
    if ('token' in made) return payWith(parts, made.token.id);
    // The session was paid meanwhile, or has expired.
    if (made.error.code.startsWith('checkout_session_')) parts.reload();
  };

  screen.form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (screen.button.disabled) return;
    screen.button.disabled = true;
    screen.quiet();
    pay().finally(() => {
      screen.button.disabled = false;
    });
  });

  const sentAtMs = parts.memory.sentAtMs();
  const ageMs = parts.nowMs() - (sentAtMs ?? 0);
  if (sentAtMs === null || ageMs < 0 || ageMs >= ARRIVES_WITHIN_MS) return;
  // The page was reloaded while it paid.
  screen.unsure();
  watchOutcome(parts, sentAtMs).then((status) => showOutcome(parts, status));
}

async function payWith(parts: AskParts, token: string): Promise<void> {
  const { form, screen, memory, nowMs } = parts;
  let sentAtMs = 0;
  form.showBusy(true);
  screen.paying();
  const outcome = await payUntilKnown(parts, token, {
    sending: () => {
      sentAtMs = nowMs();
      memory.remember(sentAtMs);
    },
    failed: screen.unsure,
  });
  form.showBusy(false);
  if (outcome === 'unknown') return showOutcome(parts, await watchOutcome(parts, sentAtMs));
  memory.remember(null);
  if (outcome === 'paid' || outcome === 'changed') return parts.reload();
  screen.open(outcome === 'refused' ? 'refused' : 'unpaid');
  // The same card would be refused again, and the other failures are not the card's.
  if (outcome === 'refused') form.clear();
  form.focus();
}

function showOutcome({ screen, memory, reload }: AskParts, status: SessionStatus | null): void {
  if (status !== null) memory.remember(null);
  if (status === null) screen.stopped();
  else if (status === 'open') screen.open('unpaid');
  else reload();
}
