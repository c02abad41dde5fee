// Polls an unfinished payment at growing intervals, and reloads the page once its outcome is known.
const POLL_LIMIT = 40;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 5_000;
const SLOW_AFTER_POLLS = 6;

const waiting = document.querySelector('#waiting');

async function status() {
  try {
    const response = await fetch(waiting.dataset.statusUrl);
    return response.ok ? (await response.json()).status : 'processing';
  } catch {
    return 'processing'; // Offline for a moment: ask again.
  }
}

let delayMs = FIRST_DELAY_MS;
for (let poll = 1; poll <= POLL_LIMIT; poll++) {
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  if ((await status()) !== 'processing') {
    location.reload();
    break;
  }
  if (poll === SLOW_AFTER_POLLS) document.querySelector('#slow').hidden = false;
  delayMs = Math.min(delayMs * 1.4, LONGEST_DELAY_MS);
}
