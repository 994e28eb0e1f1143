/** How a page looks: by the colours of the reader's system, on paper, and without colours. */
export const light = `--ground: #fff; --text: #1b1f24; --soft: #59636e; --line: #d1d9e0; --panel: #f6f8fa;
  --accent: #0b57d0; --owns: #2f6fcb; --borrows: #fdf0d5; --borrower: #b26a00; --bad: #b3261e; --bad-ground: #fdecea;
  --good: #1a7f37; --heat-1: #eef4fc; --heat-2: #ddeafa; --heat-3: #cadff7; --heat-4: #b5d2f3;`;
export const dark = `--ground: #0f1318; --text: #e6e9ed; --soft: #9aa5b1; --line: #333c46;
  --panel: #171d24; --accent: #8ab4f8; --owns: #5b93e6; --borrows: #3a2e17; --borrower: #e0a84c; --bad: #ff8a80;
  --bad-ground: #3a1a18; --good: #6fcf8a;
  --heat-1: #152131; --heat-2: #182a42; --heat-3: #1b3353; --heat-4: #1e3c65;`;

/** How the lives of pages are drawn. */
export const pictures = `svg text { fill: var(--text); font: 12px ui-monospace, monospace; }
svg .page { font-weight: 700; }
svg .number { text-anchor: middle; fill: var(--soft); }
svg .content { text-anchor: middle; font-size: 9px; }
svg .same { stroke: var(--line); }
svg .now { fill: none; }
svg .is-now .now { fill: var(--panel); stroke: var(--accent); }
svg .owns { fill: var(--owns); }
svg .shares { fill: url(#stripes); stroke: var(--owns); }
svg .stripe { fill: var(--owns); }
svg .stripe-ground, svg .ground { fill: var(--ground); }
svg .borrows { fill: var(--borrows); stroke: var(--borrower); stroke-dasharray: 3 2; }
svg .nothing { fill: var(--soft); }`;

export const style = `
:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 72rem; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem; }
h2 { font-size: 1.2rem; margin: 0 0 .5rem; }
section { margin-top: 2.25rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
p { margin: .5rem 0; max-width: 60rem; }
a { color: var(--accent); }
a.id { font-family: ui-monospace, monospace; font-size: .92em; text-decoration: none; white-space: nowrap; }
a.id:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code, pre { font-family: ui-monospace, monospace; font-size: .92em; }
pre { overflow-x: auto; padding: .75rem; background: var(--panel); border-radius: 6px; overflow-wrap: normal; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--ground); padding: .5rem; }
.patterns { position: absolute; }
.verdict { font-weight: 600; }
.verdict.broken, .ending.broken, .breaks, td.broken { color: var(--bad); }
.verdict.holds, td.holds { color: var(--good); }
.note, .actor, .start, footer, caption, figcaption { color: var(--soft); font-size: .92em; }
footer { margin-top: 3rem; }
figure { margin: 1rem 0; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; margin: .5rem 0; }
.legend li { display: flex; align-items: center; gap: .4rem; font-size: .92em; }
.lives { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; overflow-x: auto; padding: .25rem; }
.life { flex: none; }
${pictures}
.stepper { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; position: sticky; top: 0; z-index: 1;
  background: var(--ground); padding: .5rem 0; max-width: none; }
.stepper[hidden] { display: none; }
.stepper input { flex: 0 1 16rem; accent-color: var(--accent); }
.stepper output { font-family: ui-monospace, monospace; font-size: .92em; }
.steps { padding-left: 0; list-style: none; }
.step .number { display: inline-block; min-width: 1.75rem; font-weight: 600; }
.step { margin: .5rem 0; padding: .4rem .75rem; border-left: 3px solid var(--line); }
.step.is-now { border-left-color: var(--accent); background: var(--panel); }
.step.broken { border-left-color: var(--bad); }
.step .call { margin: 0; max-width: none; }
.changes { margin: .25rem 0; padding-left: 1.25rem; list-style: none; font-family: ui-monospace, monospace; font-size: .86em; }
.about { padding-left: 1.25rem; }
summary { cursor: pointer; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .92em; }
caption { text-align: left; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem 1rem .25rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--soft); }
td.here, td.error, table a.id, th code, td.number, th.number { white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.guard-refused td.here { font-weight: 600; }
.guard-left-out { background: var(--bad-ground); }
.guard-not-asked { color: var(--soft); }
.clauses dt { font-family: ui-monospace, monospace; font-weight: 600; margin-top: 1rem; }
.clauses dd { margin: 0 0 0 1.25rem; }
.clauses dd p { margin: .15rem 0; }
:target { background: var(--panel); }
.heats { display: flex; flex-wrap: wrap; gap: .25rem; list-style: none; margin: 0; padding: 0; }
.heats li { padding: 0 .4rem; border: 1px solid var(--line); border-radius: 4px; }
.heat-0 { background: var(--bad-ground); border-color: var(--bad) !important; }
.heat-1 { background: var(--heat-1); } .heat-2 { background: var(--heat-2); } .heat-3 { background: var(--heat-3); }
.heat-4 { background: var(--heat-4); }
.pairs { width: auto; display: block; overflow-x: auto; } .pairs td { text-align: right; padding: .25rem .5rem; border: 1px solid var(--line); }
details details { margin-left: 1.25rem; }
@media print { body { max-width: none; padding: 0; font-size: 11px; } .stepper, .skip { display: none; }
  .step, figure, tr { break-inside: avoid; } .lives, pre { overflow: visible; } pre { white-space: pre-wrap; }
  .life { max-width: 100%; height: auto; } svg .is-now .now { fill: none; stroke: none; } .step.is-now { background: none; } }
`;
