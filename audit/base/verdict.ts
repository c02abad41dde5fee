/**
 * What a report concludes. `pass`: the trail, proven by keys from elsewhere, accounts for everything. `answered`: there are
 * findings, each with the answer of a person. `unvouched`: one of these two, but the keys lay with the trail, so that its
 * writer may have made both. `fail`: there are findings without an answer.
 */
export const REPORT_VERDICTS = ['pass', 'answered', 'unvouched', 'fail'] as const;

export type ReportVerdict = (typeof REPORT_VERDICTS)[number];
