/** The report's style sheet: system fonts, light and dark, print. The page's policy names it by its hash. */
export const style = `
:root { color-scheme: light dark; --bg: #fff; --fg: #17202b; --dim: #566374; --line: #d5dbe3; --soft: #f3f5f8; --link: #0b5cad;
  --critical: #8f1024; --high: #b3400b; --medium: #7a5a00; --low: #2c5f8a; --info: #4d5a68; --gap: #fff4d6; --gap-line: #c99700; }
@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) { --bg: #12171e; --fg: #e3e8ee; --dim: #a2aebc; --line: #323c48; --soft: #1b222b; --link: #7cb8f2;
  --critical: #ff8f9f; --high: #ffab7a; --medium: #e6c35c; --low: #8fc1ee; --info: #b4bfcb; --gap: #332a10; --gap-line: #c99700; } }
:root[data-theme=dark] { color-scheme: dark; --bg: #12171e; --fg: #e3e8ee; --dim: #a2aebc; --line: #323c48; --soft: #1b222b; --link: #7cb8f2;
  --critical: #ff8f9f; --high: #ffab7a; --medium: #e6c35c; --low: #8fc1ee; --info: #b4bfcb; --gap: #332a10; --gap-line: #c99700; }
:root[data-theme=light] { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--link); }
code { font: .85em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 1rem; background: var(--bg); padding: .5rem; }
.cover { position: relative; padding: 1.5rem max(1.5rem, calc(50vw - 44rem)); background: var(--soft); border-bottom: 1px solid var(--line); }
.brand { margin: 0; letter-spacing: .12em; text-transform: uppercase; font-size: .8rem; color: var(--dim); }
h1 { margin: .1rem 0 .8rem; font-size: 2rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 .8rem; font-size: 1.5rem; } h3 { margin: 1.4rem 0 .4rem; font-size: 1.05rem; }
.facts { display: flex; flex-wrap: wrap; gap: .3rem 2rem; margin: 0; } .facts dt { font-size: .8rem; color: var(--dim); } .facts dd { margin: 0; overflow-wrap: anywhere; }
#theme { position: absolute; right: max(1.5rem, calc(50vw - 44rem)); top: 1.5rem; }
button, input { font: inherit; color: inherit; background: var(--bg); border: 1px solid var(--line); border-radius: .3rem; padding: .2rem .6rem; }
button { cursor: pointer; }
.gaps { margin-top: 1rem; padding: .8rem 1rem; background: var(--gap); border-left: .3rem solid var(--gap-line); } .gaps h2 { margin: 0; font-size: 1rem; } .gaps ul { margin: .3rem 0 0; padding-left: 1.2rem; }
.gap { background: var(--gap); border-left: .3rem solid var(--gap-line); padding: .4rem .8rem; }
.page { display: grid; grid-template-columns: 12rem minmax(0, 1fr); gap: 2rem; max-width: 88rem; margin: 0 auto; padding: 0 1.5rem 4rem; }
nav ol { position: sticky; top: 1rem; list-style: none; margin: 2.6rem 0 0; padding: 0; line-height: 2; }
.dim { color: var(--dim); font-size: .9em; font-weight: normal; }
.lead { font-size: 1.15rem; max-width: 60rem; }
.tiles { display: flex; flex-wrap: wrap; gap: .6rem; list-style: none; margin: 1rem 0; padding: 0; }
.tile { padding: .5rem .7rem; min-width: 5.4rem; border: 1px solid var(--line); border-top: .25rem solid var(--line); border-radius: .3rem; } .tile b { display: block; font-size: 1.6rem; line-height: 1.2; }
.tile.critical { border-top-color: var(--critical); } .tile.high { border-top-color: var(--high); } .tile.medium { border-top-color: var(--medium); } .tile.low { border-top-color: var(--low); }
.badge { display: inline-block; padding: 0 .5rem; border: 1px solid currentcolor; border-radius: 1rem; font-size: .8rem; font-weight: 600; white-space: nowrap; }
.badge.critical { color: var(--critical); border-width: 2px; } .badge.high { color: var(--high); } .badge.medium { color: var(--medium); } .badge.low { color: var(--low); } .badge.info { color: var(--info); }
.first li { margin-bottom: .6rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; } caption { text-align: left; padding: .2rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); } tbody th { font-weight: normal; }
thead th { font-size: .85rem; color: var(--dim); } th button { border: 0; padding: 0; background: none; font-weight: 600; } th[aria-sort=ascending] button::after { content: " ▲"; } th[aria-sort=descending] button::after { content: " ▼"; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.finding th { width: 36%; } .dn, .evidence, .finding td { overflow-wrap: anywhere; } .dn { font-size: .85rem; color: var(--dim); }
.finding { border: 1px solid var(--line); border-radius: .4rem; margin-bottom: .6rem; } .finding > summary { padding: .6rem .9rem; cursor: pointer; } .finding[open] > summary { border-bottom: 1px solid var(--line); background: var(--soft); } .finding > .body { padding: .2rem 1rem .6rem; } .title { font-weight: 600; }
.evidence { margin: .3rem 0 0; font-size: .85rem; } .evidence div { display: flex; gap: .6rem; } .evidence dt { color: var(--dim); flex: none; } .evidence dd { margin: 0; }
.rules { columns: 24rem; padding-left: 1.2rem; } .rules li { break-inside: avoid; margin-bottom: .2rem; }
.areas td { white-space: nowrap; } meter { width: 8rem; vertical-align: middle; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
@media (max-width: 60rem) { .page { display: block; } nav ol { position: static; margin-top: 1rem; display: flex; flex-wrap: wrap; gap: 0 1.2rem; } #theme { position: static; margin-top: .8rem; } .finding th { width: auto; } table { display: block; overflow-x: auto; } }
@media print { :root, :root[data-theme=dark] { --bg: #fff; --fg: #000; --dim: #444; --line: #bbb; --soft: #fff; --link: #000; } nav, .controls, #theme, .skip { display: none !important; } .page { display: block; padding: 0; } body { font-size: 10pt; }
  .finding[hidden] { display: block !important; } details.finding::details-content { content-visibility: visible !important; height: auto !important; display: block !important; } section { break-before: auto; } tr, .tile { break-inside: avoid; } thead { display: table-header-group; } .finding { break-inside: auto; } h2, h3, summary { break-after: avoid; }
  @page { margin: 1.5cm; @bottom-right { content: counter(page) " / " counter(pages); } } }
`
