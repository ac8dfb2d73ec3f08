#include "daemon/report/html_parts.hpp"

namespace modelwatch::report {

namespace {

constexpr std::string_view sheet = R"css(
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --tint: #f6f8fa;
  --lv0: #1a7f37; --lv1: #4d7c0f; --lv2: #8a5a00; --lv3: #b93f00; --lv4: #b91c2b; --link: #0550ae; }
@media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --soft: #9aa4af; --line: #30363d;
  --tint: #161b22; --lv0: #3fb950; --lv1: #a3c643; --lv2: #e3b341; --lv3: #f0883e; --lv4: #ff7b72; --link: #79b8ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", Arial, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
a { color: var(--link); }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: break-word; }
h2 { font-size: 1.05rem; margin: 2.2rem 0 .6rem; padding-bottom: .25rem; border-bottom: 2px solid var(--line); }
h3 { font-size: .95rem; margin: 1.3rem 0 .4rem; }
p { margin: .4rem 0; }
.kicker { font-size: .78rem; letter-spacing: .08em; text-transform: uppercase; color: var(--soft); margin: 0 0 .3rem; }
.meta, .note, caption { color: var(--soft); font-size: .87rem; }
.meta, .use { overflow-wrap: break-word; } .use { margin-top: 1rem; }
.summary table { font-size: .82rem; } .summary th, .summary td { padding: .35rem .3rem; }
.summary thead th { white-space: normal; vertical-align: bottom; } .summary .badge { white-space: normal; }
article + article, .summary + article { border-top: 4px solid var(--line); margin-top: 3.5rem; padding-top: 2.5rem; }
.verdict { display: grid; grid-template-columns: minmax(13rem, 1fr) 2fr; gap: 1rem 2rem; margin: 1.2rem 0 0; padding: 1.1rem 1.25rem;
  background: var(--tint); border: 1px solid var(--line); border-left: 8px solid var(--level, var(--line)); border-radius: 6px; }
.verdict .word { font-size: 1.55rem; font-weight: 700; line-height: 1.2; color: var(--level); }
.verdict .score { font-size: .95rem; color: var(--soft); }
.verdict .score b { color: var(--ink); font-size: 1.2rem; }
.pips { letter-spacing: .12em; font-size: .8em; white-space: nowrap; }
.badge { color: var(--level); font-weight: 600; white-space: nowrap; }
.chips { display: flex; flex-wrap: wrap; gap: .4rem; margin: .6rem 0 0; padding: 0; list-style: none; }
.chips li { border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .7rem; font-size: .82rem; background: var(--paper); }
.lv0 { --level: var(--lv0); } .lv1 { --level: var(--lv1); } .lv2 { --level: var(--lv2); } .lv3 { --level: var(--lv3); } .lv4 { --level: var(--lv4); }
figure { margin: 0; } svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--ink); font: 13px system-ui, "Segoe UI", "DejaVu Sans", Arial, sans-serif; }
svg text.soft { fill: var(--soft); font-size: 11px; } svg text.strong { font-weight: 700; }
svg .track { fill: var(--tint); stroke: var(--line); } svg .grid { stroke: var(--soft); stroke-dasharray: 2 3; }
svg .bar { fill: var(--level); } svg .mark { fill: var(--ink); }
.dim { display: grid; grid-template-columns: 15rem 1fr 16.5rem; gap: .2rem .8rem; align-items: center; margin: .45rem 0; font-size: .9rem; }
.dim .track { position: relative; height: 1.3rem; background: var(--tint); border: 1px solid var(--line); border-radius: 3px; }
.dim .bar { position: absolute; left: 0; top: 15%; height: 70%; background: var(--level); border-radius: 2px; }
.dim .tick { position: absolute; top: -.15rem; bottom: -.15rem; border-left: 1px dashed var(--soft); }
.dim .value > b { display: inline-block; min-width: 2rem; text-align: right; }
table { border-collapse: collapse; width: 100%; font-size: .87rem; margin: .3rem 0 .8rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
th { font-weight: 600; } thead th { white-space: nowrap; } thead th { background: var(--tint); } td.num, th.num { text-align: right; white-space: nowrap; }
.receipt, .rules, .lineage { table-layout: fixed; } .lineage thead th { white-space: normal; } .receipt thead th:nth-child(1) { width: 14rem; } .receipt thead th:nth-child(2) { width: 29%; }
.receipt thead th:nth-child(4) { width: 4.2rem; } .rules thead th:nth-child(1) { width: 5rem; } .rules thead th:nth-child(2) { width: 15.5rem; }
td.code, code { font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; font-size: .92em; }
code { overflow-wrap: break-word; }
tr.zero td { color: var(--soft); } tr.sum th { background: var(--tint); } tr.sum .how { font-weight: 400; color: var(--soft); }
.tag { border: 1px solid var(--line); border-radius: 3px; padding: 0 .3rem; font-size: .78rem; white-space: nowrap; color: var(--soft); }
.mean { white-space: nowrap; font-weight: 700; } .fail { color: var(--lv4); } .warn { color: var(--lv2); } .pass { color: var(--lv0); }
.equation { font-size: 1rem; padding: .6rem .9rem; background: var(--tint); border-left: 4px solid var(--line); overflow-wrap: break-word; }
ol, ul { padding-left: 1.4rem; margin: .4rem 0; } li { margin: .25rem 0; }
dl { display: grid; grid-template-columns: 12rem 1fr; gap: .25rem 1rem; margin: .3rem 0; font-size: .9rem; }
dt { color: var(--soft); } dd { margin: 0; min-width: 0; overflow-wrap: break-word; }
footer { margin-top: 3rem; padding-top: .8rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .82rem; }
@media screen and (max-width: 52rem) {
  .verdict { grid-template-columns: minmax(0, 1fr); } dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: .4rem; }
  .dim { grid-template-columns: minmax(0, 1fr); margin: .9rem 0; } .dim .value > b { min-width: 0; }
  table, tbody, tr, th, td { display: block; width: auto; } thead { display: none; }
  .receipt tr, .rules tr, .cards tr { padding: .45rem 0; border-bottom: 1px solid var(--line); }
  td, th, tr.sum th { padding: .1rem .3rem; border-bottom: 0; } td.num, th.num { text-align: left; }
  td.code { font-weight: 600; } .receipt td.num::after, .receipt th.num::after { content: " points"; }
  .cards td::before { content: attr(data-label) ": "; color: var(--soft); } .cards th { padding-left: .3rem; }
}
@page { size: A4; margin: 16mm 15mm; }
@media print {
  :root { color-scheme: light; --paper: #ffffff; --ink: #000000; --soft: #444c56; --line: #b5bcc4; --tint: #f3f5f7;
    --lv0: #1a7f37; --lv1: #4d7c0f; --lv2: #8a5a00; --lv3: #b93f00; --lv4: #b91c2b; --link: #000000; }
  html { font-size: 9pt; } body { font-size: 1rem; line-height: 1.4; } main { max-width: none; padding: 0; }
  h2 { margin: 1.6rem 0 .5rem; } h3 { margin: 1rem 0 .3rem; }
  th, td { padding: .16rem .4rem; } li { margin: .1rem 0; } .equation { padding: .3rem .6rem; }
  .verdict { padding: .6rem .8rem; margin-top: .7rem; gap: .5rem 1.5rem; }
  figure { max-width: 44rem; } footer { margin-top: 1.5rem; break-inside: avoid; }
  .receipt { font-size: .82rem; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  article + article, .summary + article { break-before: page; border-top: 0; margin-top: 0; padding-top: 0; }
  h2, h3 { break-after: avoid; } tr, .verdict, figure, li, .equation { break-inside: avoid; } tr.sum { break-after: avoid; }
  thead { display: table-header-group; } a { text-decoration: none; }
}
)css";

} // namespace

std::string_view html_style() noexcept {
    return sheet;
}

} // namespace modelwatch::report
