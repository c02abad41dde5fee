/**
 * Shows the progress of an audit on one line of stderr, and finally its speed and peak memory. Writes nothing unless
 * stderr is a terminal.
 */
import type { AuditProgress, Report } from '../../../audit/base/progress.ts';
import type { Clock } from '../../../shared/base/clock.ts';

const BAR_CHARS = 24;
/** Often enough to look alive. */
const REDRAW_MS = 100;
const STEPS: Readonly<Record<AuditProgress['step'], string>> = {
  digests: 'digest files',
  ledger: 'ledger entries',
  logs: 'log files',
};

/** A stream to write to; `process.stderr` has this shape. */
export interface Terminal {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

export interface ProgressLine {
  readonly report: Report;
  /** Replaces the line by the summary. */
  end(peakBytes: number): void;
}

export function progressLine(terminal: Terminal, clock: Clock): ProgressLine {
  if (terminal.isTTY !== true) return { report: () => {}, end: () => {} };
  const startMs = clock.nowMs();
  let drawnMs = Number.NEGATIVE_INFINITY;
  let events = 0;
  return {
    report(progress) {
      events = Math.max(events, progress.events);
      const nowMs = clock.nowMs();
      if (nowMs - drawnMs < REDRAW_MS) return;
      drawnMs = nowMs;
      terminal.write(`\r\u001b[2K${lineOf(progress)}`);
    },
    end(peakBytes) {
      const seconds = Math.max((clock.nowMs() - startMs) / 1000, 0.001);
      const rate = Math.round(events / seconds);
      terminal.write(
        `\r\u001b[2K${count(events)} records in ${seconds.toFixed(1)} s, ${count(rate)}/s, ${Math.round(peakBytes / 1024 ** 2)} MB at most\n`,
      );
    },
  };
}

function lineOf({ step, done, total, events }: AuditProgress): string {
  const records = events > 0 ? `, ${count(events)} records` : '';
  if (total === undefined || total === 0) return `${count(done)} ${STEPS[step]}${records}`;
  const filled = Math.round((Math.min(done, total) / total) * BAR_CHARS);
  const bar = '█'.repeat(filled).padEnd(BAR_CHARS, '░');
  return `${bar} ${count(done)} of ${count(total)} ${STEPS[step]}${records}`;
}

const count = (value: number): string => value.toLocaleString('en');
