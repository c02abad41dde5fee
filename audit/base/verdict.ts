/**
 * What a report concludes. `pass`: the trail, proven by keys from elsewhere, accounts for everything. `claimed`: the same,
 * but the keys lay with the trail, so that its writer may have made both. `fail`: there are findings.
 */
export const REPORT_VERDICTS = ['pass', 'claimed', 'fail'] as const;

export type ReportVerdict = (typeof REPORT_VERDICTS)[number];
