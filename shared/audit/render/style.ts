/** The look of the report: one column, black on white, made to be printed on A4 and read on a phone. */
export const STYLE = `
:root { --ink: #16181d; --soft: #5a606b; --rule: #c9cdd4; --faint: #f5f6f8; --pass: #14613a; --fail: #a3161d;
  --serif: "Hiragino Mincho ProN", "Yu Mincho", YuMincho, "Noto Serif CJK JP", "Noto Serif JP", Georgia, serif;
  --sans: "Helvetica Neue", Arial, "Hiragino Kaku Gothic ProN", "Yu Gothic", YuGothic, "Noto Sans CJK JP", "Noto Sans JP", sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
:lang(en) { --serif: Georgia, "Times New Roman", "DejaVu Serif", serif; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: #fff; color: var(--ink); font: 15px/1.6 var(--sans); }
main { max-width: 62rem; margin: 0 auto; padding: 3rem 2rem 4rem; }
header { border-top: 4px solid var(--ink); padding-top: 1.25rem; }
.mark { display: flex; justify-content: space-between; gap: 1rem; color: var(--soft); font-size: .85rem; letter-spacing: .02em; }
h1 { font: 400 2.25rem/1.2 var(--serif); margin: 2.5rem 0 .5rem; letter-spacing: -.005em; text-wrap: balance; }
h2 { font: 400 1.4rem/1.3 var(--serif); margin: 3rem 0 .5rem; padding-top: .9rem; border-top: 1px solid var(--ink); }
h3 { font: 600 1rem/1.4 var(--sans); margin: 1.75rem 0 .25rem; overflow-wrap: anywhere; }
p { margin: .4rem 0 .8rem; max-width: 46rem; }
.subtitle { color: var(--soft); font-size: 1.02rem; margin: 0 0 2rem; }
.verdict { border-left: 6px solid var(--pass); background: var(--faint); padding: 1rem 1.25rem; margin: 0 0 2rem; }
.verdict.fail { border-color: var(--fail); }
.verdict b { display: block; color: var(--pass); font: 600 .95rem/1.4 var(--sans); }
.verdict.fail b { color: var(--fail); }
.verdict span { font: 400 1.2rem/1.45 var(--serif); display: block; text-wrap: pretty; }
:lang(ja) h1, :lang(ja) .verdict span, :lang(ja) .subtitle { word-break: auto-phrase; }
dl.facts { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .3rem 1.5rem; margin: 0 0 2rem; font-size: .93rem; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: 1fr 1fr; align-items: start; gap: 0 3rem; margin: 0 0 1rem; }
.figures table { font-size: .93rem; margin: 0; }
.figures td:last-child { text-align: right; font-variant-numeric: tabular-nums; width: 5rem; }
.figures tr.sub td:first-child { padding-left: 1.25rem; color: var(--soft); }
.figures tr.bad td, .figures tr.bad td:first-child { color: var(--fail); font-weight: 600; }
.scroll { overflow-x: auto; margin: .75rem 0 1.25rem; }
table { border-collapse: collapse; width: 100%; font-size: .83rem; line-height: 1.45; }
th { text-align: left; white-space: nowrap; font-weight: 600; vertical-align: bottom; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--ink); }
td { vertical-align: top; padding: .4rem .9rem .4rem 0; border-bottom: 1px solid var(--rule); }
td.w { overflow-wrap: anywhere; min-width: 9rem; }
th:last-child, td:last-child { padding-right: 0; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.t { white-space: nowrap; font-variant-numeric: tabular-nums; }
code { font: .86em/1.45 var(--mono); overflow-wrap: anywhere; }
td code { display: block; min-width: 7.5rem; }
td code.short { min-width: 0; }
td code.id { white-space: nowrap; overflow-wrap: normal; }
.record { border: 1px solid var(--rule); border-left: 4px solid var(--fail); padding: .8rem 1.1rem; margin: 1rem 0; break-inside: avoid; }
.record h3 { margin: 0; }
.record p { margin: .15rem 0 .6rem; }
.record p::first-letter { text-transform: uppercase; }
.record dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .1rem 1.25rem; margin: 0; font-size: .83rem; }
.record dt { color: var(--soft); }
.record dd { margin: 0; font-family: var(--mono); font-size: .95em; overflow-wrap: anywhere; }
.bad { color: var(--fail); font-weight: 600; }
ol.findings { padding-left: 1.4rem; max-width: 50rem; }
ol.findings li { margin: 0 0 .8rem; padding-left: .3rem; break-inside: avoid; }
ol.findings small { display: block; color: var(--soft); font-size: .83rem; overflow-wrap: anywhere; }
ul { padding-left: 1.2rem; max-width: 46rem; }
li { margin: .3rem 0; }
pre { background: var(--faint); padding: .9rem 1.1rem; white-space: pre-wrap; overflow-wrap: anywhere; font: .8rem/1.6 var(--mono); }
footer { margin-top: 3rem; border-top: 1px solid var(--rule); padding-top: .75rem; color: var(--soft); font-size: .8rem; }
@media screen and (max-width: 44rem) {
  main { padding: 1.25rem 1rem 3rem; }
  h1 { font-size: 1.75rem; margin-top: 1.75rem; }
  h2 { margin-top: 2.25rem; }
  .figures, dl.facts { grid-template-columns: 1fr; gap: 0; }
  dl.facts dd { margin: 0 0 .6rem; }
  .scroll table { min-width: 44rem; }
  .record dl { grid-template-columns: 1fr; }
  .record dd { margin: 0 0 .35rem; }
}
@page { size: A4; margin: 16mm 14mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #5a606b; } }
@media print {
  body { font-size: 9.5pt; } main { max-width: none; padding: 0; }
  .scroll { overflow: visible; } .scroll table { min-width: 0; font-size: 7.6pt; }
  td.w { min-width: 7rem; } h2, h3 { break-after: avoid; } tr, .verdict { break-inside: avoid; } thead { display: table-header-group; }
  .first { break-after: page; } .verdict, pre { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
