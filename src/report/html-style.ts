const dark = `--bg: #12171e; --fg: #e3e8ee; --dim: #a2aebc; --line: #323c48; --soft: #1b222b; --link: #7cb8f2;
  --critical: #ff8f9f; --high: #ffab7a; --medium: #e6c35c; --low: #8fc1ee; --info: #b4bfcb; --gap: #332a10; --gap-line: #c99700;`

/** The report's style sheet: system fonts, light and dark, print. The page's policy names it by its hash. */
export const style = `
:root { color-scheme: light dark; --bg: #fff; --fg: #17202b; --dim: #566374; --line: #d5dbe3; --soft: #f3f5f8; --link: #0b5cad;
  --critical: #8f1024; --high: #a83a08; --medium: #735400; --low: #2c5f8a; --info: #4d5a68; --gap: #fff4d6; --gap-line: #c99700; }
@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) { ${dark} } }
:root[data-theme=dark] { color-scheme: dark; ${dark} }
:root[data-theme=light] { color-scheme: light; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); }
code { font: .85em/1.4 ui-monospace, monospace; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 1rem; z-index: 1; background: var(--bg); padding: .5rem; }
.dim { color: var(--dim); font-size: .9em; font-weight: normal; }
.nowrap { white-space: nowrap; }

.cover { position: relative; padding: 1.2rem max(1.5rem, calc(50vw - 42.5rem)); background: var(--soft); border-bottom: 1px solid var(--line); }
.brand { margin: 0; letter-spacing: .08em; text-transform: uppercase; font-size: .8rem; color: var(--dim); }
h1 { margin: .1rem 6rem .6rem 0; font-size: 2rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 .8rem; font-size: 1.5rem; } h3 { margin: 1.4rem 0 .4rem; font-size: 1.05rem; }
.facts { display: flex; flex-wrap: wrap; gap: .3rem 2rem; margin: 0; } .facts dt { font-size: .8rem; color: var(--dim); } .facts dd { margin: 0; }
.coverage { margin: .8rem 0 0; }
#theme { position: absolute; right: max(1.5rem, calc(50vw - 42.5rem)); top: 1.2rem; }
button, input { font: inherit; color: inherit; background: var(--bg); border: 1px solid var(--dim); border-radius: .3rem; padding: .2rem .6rem; }
button { cursor: pointer; } ::placeholder { color: var(--dim); opacity: 1; }
.gaps { margin-top: .8rem; padding: .6rem 1rem; background: var(--gap); border-left: .3rem solid var(--gap-line); } .gaps h2 { margin: 0; font-size: 1rem; } .gaps ul { margin: .3rem 0 0; padding-left: 1.2rem; }
.gap { background: var(--gap); border-left: .3rem solid var(--gap-line); padding: .4rem .8rem; }
.gaps .dim, .gap .dim { color: var(--fg); }

.page { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 2rem; max-width: 88rem; margin: 0 auto; padding: 0 1.5rem 4rem; }
nav ol { position: sticky; top: 1rem; list-style: none; margin: 1.8rem 0 0; padding: 0; line-height: 2; }
main > section:first-child > h2 { margin-top: 1.5rem; }
.lead { font-size: 1.1rem; max-width: 60rem; margin: .6rem 0; }
.tiles { display: inline-flex; flex-wrap: wrap; gap: .6rem; list-style: none; margin: .4rem 1.5rem .4rem 0; padding: 0; vertical-align: top; }
.tile { padding: .3rem .7rem; min-width: 5.4rem; border: 1px solid var(--line); border-top: .25rem solid var(--line); border-radius: .3rem; } .tile b { display: block; font-size: 1.5rem; line-height: 1.2; }
.tile.critical { border-top-color: var(--critical); } .tile.high { border-top-color: var(--high); } .tile.medium { border-top-color: var(--medium); } .tile.low { border-top-color: var(--low); }
.badge { display: inline-block; padding: 0 .5rem; border: 1px solid currentcolor; border-radius: 1rem; font-size: .8rem; font-weight: 600; white-space: nowrap; }
.badge.critical { color: var(--critical); border-width: 2px; border-radius: .2rem; } .badge.high { color: var(--high); border-radius: .2rem; } .badge.medium { color: var(--medium); } .badge.low { color: var(--low); border-style: dashed; } .badge.info { color: var(--info); border-style: dotted; }
.halves { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 2.5rem; } .halves > :only-child { grid-column: 1 / -1; }
.first { padding-left: 1.4rem; margin: .4rem 0; } .first li { margin-bottom: .6rem; }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; } caption { text-align: left; padding: .2rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); } tbody th { font-weight: normal; }
thead th { font-size: .85rem; color: var(--dim); overflow-wrap: break-word; } th button { border: 0; padding: 0; background: none; font-weight: 600; } th[aria-sort=ascending] button::after { content: " ▲"; } th[aria-sort=descending] button::after { content: " ▼"; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.scroll table { min-width: 34rem; } .scroll :is(td, th) { overflow-wrap: break-word; }
.areas { font-size: .95rem; } 
.areas thead th:last-child { width: 4.6rem; } .areas th, .areas td { padding-top: .15rem; padding-bottom: .15rem; } .areas td { white-space: nowrap; } meter { width: 4rem; vertical-align: middle; }
.work td:first-child, .work td:nth-child(3) { white-space: nowrap; } .work td:last-child { width: 15rem; }
.plain { list-style: none; margin: 0; padding: 0; }
.rules { columns: 24rem; column-gap: 2rem; margin: .3rem 0; padding-left: 1.2rem; } .rules li { break-inside: avoid; margin-bottom: .2rem; } .rules code { color: var(--dim); }
#not-assessed th[scope=row] { width: 40%; }
.counts { columns: 14rem; column-gap: 2rem; margin: 0; } .counts div { display: flex; justify-content: space-between; gap: 1rem; border-bottom: 1px solid var(--line); padding: .15rem 0; break-inside: avoid; } .counts dd { margin: 0; font-variant-numeric: tabular-nums; }
.meanings { margin: 0; } .meanings div { display: flex; gap: .8rem; margin-bottom: .3rem; } .meanings dt { min-width: 5rem; } .meanings dd { margin: 0; }

.controls { display: flex; flex-wrap: wrap; gap: .4rem .6rem; align-items: center; } #filter { width: 18rem; max-width: 100%; }
.finding { border: 1px solid var(--line); border-radius: .4rem; margin-bottom: .5rem; } .finding > summary { padding: .5rem .9rem; cursor: pointer; } .finding[open] > summary { border-bottom: 1px solid var(--line); background: var(--soft); }
.body { padding: .1rem 1rem .6rem; scroll-margin-top: 4rem; } .title { font-weight: 600; } .body h3 { margin-top: .9rem; } .body p { margin: .4rem 0; }
.proof th { width: 36%; } .dn { font-size: .85rem; color: var(--dim); }
.evidence { margin: .3rem 0 0; font-size: .85rem; } .evidence > div { display: flex; gap: .6rem; } .evidence dt { color: var(--dim); flex: none; min-width: 6rem; max-width: 55%; } .evidence dd { margin: 0; flex: 1; }

@media (max-width: 75rem) { .halves { display: block; } }
@media (max-width: 60rem) { .page { display: block; } nav ol { position: static; margin-top: 1rem; display: flex; flex-wrap: wrap; gap: 0 1.2rem; } .tiles { display: flex; margin-right: 0; } .work th:nth-child(3), .work td:nth-child(3) { display: none; } }
@media (max-width: 40rem) { .cover, .page { padding-left: 1rem; padding-right: 1rem; } #theme { right: 1rem; } h1 { font-size: 1.5rem; } meter { display: none; } .areas td { white-space: normal; } .tile { min-width: 4.6rem; padding: .2rem .5rem; }
  .work th:last-child, .work td:last-child { display: none; }
  .proof thead, #not-assessed thead { position: absolute; left: -99rem; } .proof tr, .proof th, .proof td, #not-assessed tr, #not-assessed tbody th, #not-assessed td { display: block; } .proof tbody th, #not-assessed tbody th { width: auto; border: 0; padding-bottom: 0; } #not-assessed th[scope=row] { width: auto; }
  .evidence > div { display: block; } .evidence dt { max-width: none; } }
@media print { :root, :root[data-theme=dark], :root:not([data-theme=light]) { color-scheme: light; --bg: #fff; --fg: #000; --dim: #444; --line: #bbb; --soft: #fff; --link: #000; --critical: #8f1024; --high: #a83a08; --medium: #735400; --low: #2c5f8a; --info: #4d5a68; --gap: #fff; }
  html { font-size: 9pt; } nav, .controls, #theme, .skip { display: none !important; } body { font-size: 1rem; line-height: 1.35; } .page { display: block; padding: 0; max-width: none; } .cover { padding: 0 0 .6rem; }
  a { text-decoration: none; } h2 { margin-top: 1.2rem; } h3 { margin-top: .8rem; } .tiles { display: inline-flex; } .tile { min-width: 4rem; }
  #work-list, #inventory { break-before: page; }
  .finding[hidden] { display: block !important; } details.finding::details-content { content-visibility: visible !important; height: auto !important; display: block !important; }
  thead { display: table-header-group; } tr, .tile, .first li { break-inside: avoid; } h2, h3, summary, caption { break-after: avoid; } .scroll { overflow: visible; } .scroll table { min-width: 0; } .scroll :is(td, th) { overflow-wrap: anywhere; } .areas { font-size: .9rem; } .areas tbody :is(td, th) { padding-top: 0; padding-bottom: 0; }
  @page { size: A4; margin: 1.5cm; @bottom-left { content: "Glacis assessment"; font: 8pt sans-serif; } @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; } } }
`
