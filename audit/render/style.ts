/** The style of the report: one column, ink on white, for print on A4 and for phones. */
export const STYLE = `
:root { --ink: #16181d; --soft: #5a606b; --rule: #d3d6dc; --faint: #f5f6f8; --pass: #14613a; --fail: #a3161d; --warn: #7a4d00;
  --proven: #2b4c7e; --interrupted: #c98a1b; --claimed: #d9603b; --unexplained: #a3161d;
  --serif: "Hiragino Mincho ProN", "Yu Mincho", YuMincho, "Noto Serif CJK JP", "Noto Serif JP", Georgia, serif;
  --sans: "Helvetica Neue", Arial, "Hiragino Kaku Gothic ProN", "Yu Gothic", YuGothic, "Noto Sans CJK JP", "Noto Sans JP", sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
:lang(en) { --serif: Georgia, "Times New Roman", "DejaVu Serif", serif; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: #fff; color: var(--ink); font: 15px/1.6 var(--sans); }
main { max-width: 64rem; margin: 0 auto; padding: 3rem 2rem 4rem; }
header { border-top: 4px solid var(--ink); padding-top: 1.1rem; }
.mark { display: flex; justify-content: space-between; align-items: center; gap: 1rem; color: var(--soft); font-size: .88rem; letter-spacing: .02em; }
.mark span { display: inline-flex; align-items: center; gap: .5rem; }
.mark-sign { width: 1.35rem; height: 1.35rem; fill: none; stroke: var(--ink); stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
h1 { font: 400 2.35rem/1.2 var(--serif); margin: 2.4rem 0 .5rem; letter-spacing: -.005em; text-wrap: balance; }
.phrase { display: inline-block; }
h2 { font: 400 1.45rem/1.3 var(--serif); margin: 3.2rem 0 .5rem; padding-top: .9rem; border-top: 1px solid var(--ink); }
h3 { font: 600 1rem/1.4 var(--sans); margin: 1.75rem 0 .25rem; overflow-wrap: anywhere; }
p { margin: .4rem 0 .8rem; max-width: 46rem; }
p.intro, small, .soft, p.more { color: var(--soft); }
p.intro { font-size: .95rem; text-wrap: pretty; }
p.more { font-size: .85rem; }
small { font-size: .88em; }
a { color: inherit; text-decoration-color: var(--rule); text-underline-offset: .2em; }
a:hover { text-decoration-color: var(--ink); }
.subtitle { color: var(--soft); font-size: 1.02rem; margin: 0 0 2rem; max-width: none; text-wrap: pretty; }
.verdict { border-left: 6px solid var(--pass); background: var(--faint); padding: 1rem 1.25rem 1.1rem; margin: 0 0 2rem; }
.verdict.answered { border-color: var(--warn); } .verdict.unvouched { border-color: var(--interrupted); }
.verdict.fail { border-color: var(--fail); }
.verdict b { display: block; color: var(--pass); font: 600 .95rem/1.4 var(--sans); margin-bottom: .15rem; }
.verdict.answered b { color: var(--warn); } .verdict.unvouched b { color: var(--ink); } .verdict.fail b { color: var(--fail); }
.verdict span { font: 400 1.22rem/1.45 var(--serif); display: block; text-wrap: pretty; }
:lang(ja) .verdict span, :lang(ja) .subtitle, :lang(ja) p.intro, :lang(ja) h2 { word-break: auto-phrase; }
p.answer { border-left: 3px solid var(--rule); margin: .3rem 0 .6rem; padding-left: .8rem; overflow-wrap: anywhere; }
dl.facts { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .3rem 1.5rem; margin: 0 0 2rem; font-size: .93rem; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
dd.print { font: .88em/1.7 var(--mono); }
.figures { display: grid; grid-template-columns: 1fr 1fr; align-items: start; gap: 0 3rem; margin: 0 0 1rem; }
.figures table { font-size: .93rem; margin: 0; }
.figures td:last-child { text-align: right; font-variant-numeric: tabular-nums; width: 6rem; }
.figures tr.sub td:first-child { padding-left: 1.25rem; color: var(--soft); }
.figures tr.bad td, .figures tr.bad td:first-child { color: var(--fail); font-weight: 600; }
.contents ol { columns: 2; column-gap: 3rem; padding-left: 1.5rem; font-size: .93rem; margin: .4rem 0 0; }
.contents li { margin: .15rem 0; break-inside: avoid; }
.contents li::marker { color: var(--soft); font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; margin: .75rem 0 1.25rem; }
.scroll:focus-visible { outline: 2px solid var(--proven); outline-offset: 3px; }
table { border-collapse: collapse; width: 100%; font-size: .83rem; line-height: 1.45; }
th { text-align: left; font-weight: 600; vertical-align: bottom; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--ink); }
td { vertical-align: top; padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--rule); }
td.w { overflow-wrap: anywhere; min-width: 9rem; }
th:last-child, td:last-child { padding-right: 0; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.t, span.t { white-space: nowrap; font-variant-numeric: tabular-nums; }
td.bar { width: 9rem; min-width: 6rem; vertical-align: middle; }
td small { display: block; }
td div.control + div.control { margin-top: .5rem; }
code { font: .86em/1.45 var(--mono); overflow-wrap: anywhere; }
td code { display: block; min-width: 7.5rem; }
td code.short { min-width: 0; }
td code.id { white-space: nowrap; overflow-wrap: normal; }
b.req { display: block; font-variant-numeric: tabular-nums; }
b.state { display: block; }
b.state.shown { color: var(--pass); }
b.state.contradicted { color: var(--fail); }
b.state.recorded { color: var(--ink); }
b.state.quiet, b.state.unlooked { color: var(--soft); }
.matrix { font-size: .74rem; }
.matrix thead th { white-space: nowrap; }
.matrix tbody th { font: 500 1em/1.5 var(--mono); border-bottom: 1px solid var(--rule); vertical-align: top; white-space: nowrap; padding-top: .45rem; }
.matrix td span { display: block; }
.matrix tr:hover { background: var(--faint); }
.chart { margin: 1rem 0 1.5rem; }
.chart svg { display: block; width: 100%; min-width: 40rem; height: auto; }
.chart line { stroke: var(--rule); stroke-width: 1; }
.chart text { font: 12px var(--sans); fill: var(--soft); font-variant-numeric: tabular-nums; }
.chart rect.proven, .spark rect, .bar rect { fill: var(--proven); }
.chart rect.interrupted { fill: var(--interrupted); }
.chart rect.claimed { fill: var(--claimed); }
.chart rect.unexplained { fill: var(--unexplained); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; list-style: none; padding: 0; margin: 0 0 .5rem; font-size: .85rem; color: var(--soft); }
.legend li { margin: 0; }
.legend li::before { content: ""; display: inline-block; width: .7rem; height: .7rem; margin-right: .45rem; }
.legend .proven::before { background: var(--proven); }
.legend .interrupted::before { background: var(--interrupted); }
.legend .claimed::before { background: var(--claimed); }
.legend .unexplained::before { background: var(--unexplained); }
.spark { display: block; width: 100%; height: 1.35rem; border-bottom: 1px solid var(--rule); }
svg.bar { display: block; width: 100%; height: .7rem; }
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
ol.findings small { display: block; overflow-wrap: anywhere; }
ul { padding-left: 1.2rem; max-width: 46rem; }
li { margin: .3rem 0; }
pre { background: var(--faint); padding: .9rem 1.1rem; white-space: pre-wrap; overflow-wrap: anywhere; font: .8rem/1.6 var(--mono); }
footer { margin-top: 3rem; border-top: 1px solid var(--rule); padding-top: .75rem; color: var(--soft); font-size: .8rem; }
@media screen and (max-width: 44rem) {
  main { padding: 1.25rem 1rem 3rem; }
  h1 { font-size: 1.8rem; margin-top: 1.75rem; }
  h2 { margin-top: 2.25rem; }
  .figures, dl.facts { grid-template-columns: 1fr; gap: 0; }
  .figures table + table { margin-top: 1.25rem; }
  .contents ol { columns: 1; }
  dl.facts dd { margin: 0 0 .6rem; }
  .scroll table { min-width: 44rem; }
  .record dl { grid-template-columns: 1fr; }
  .record dd { margin: 0 0 .35rem; }
}
@page { size: A4; margin: 15mm 14mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #5a606b; } @bottom-left { content: "Fuda"; font: 8pt sans-serif; color: #5a606b; } }
@media print {
  html { font-size: 9.4pt; } body { font-size: 9pt; line-height: 1.5; } main { max-width: none; padding: 0; }
  h1 { font-size: 22pt; margin-top: 7mm; } h2 { font-size: 13pt; margin-top: 9mm; } .subtitle { margin-bottom: 5mm; }
  .verdict { margin-bottom: 5mm; } .verdict span { font-size: 12pt; } dl.facts { margin-bottom: 5mm; gap: .15rem 1.2rem; }
  .first h2 { margin-top: 5mm; } .figures td { padding: .22rem 0; } .first ul, .first ol { margin: 1.5mm 0; } .first li { margin: .6mm 0; }
  .scroll { overflow: visible; } .scroll table { min-width: 0; font-size: 7.4pt; } .figures table, .contents ol { font-size: 8.6pt; } .chart svg { min-width: 0; }
  table.matrix, .scroll table.matrix { font-size: 5.6pt; } .matrix td, .matrix th { padding-right: .4rem; }
  td.w { min-width: 6rem; } td code { min-width: 6rem; } td.bar { width: 6rem; min-width: 4rem; } td, th { padding-right: .6rem; }
  h2, h3, .intro, .legend { break-after: avoid; } .intro, tr, .verdict, .chart { break-inside: avoid; } thead { display: table-header-group; }
  .first { break-after: page; } .contents { break-inside: avoid; } .contents ol { columns: 3; } a { text-decoration: none; }
  .verdict, pre, .chart, .spark, .bar, .legend { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
