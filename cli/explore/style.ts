/** How the explorer looks beyond what reports have. */
export const style = `
body { max-width: 90rem; }
h3 { font-size: 1.05rem; margin: 1.25rem 0 .25rem; }
button, select, input { font: inherit; color: inherit; }
button { text-align: left; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .15rem .6rem; margin: .15rem .1rem;
  cursor: pointer; }
button:hover { border-color: var(--accent); }
button:disabled { color: var(--soft); cursor: default; border-color: var(--line); }
select, input[type=search] { background: var(--ground); border: 1px solid var(--line); border-radius: 6px; padding: .15rem .35rem;
  max-width: 100%; }
#settings { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; }
#problem:empty, #note:empty, [hidden] { display: none !important; }
.bar { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center;
  background: var(--ground); border-bottom: 1px solid var(--line); padding: .35rem 0; }
.bar p { flex: 1 1 20rem; margin: 0; max-width: none; font-family: ui-monospace, monospace; font-size: .92em; }
.bar.broken p { color: var(--bad); }
.both { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); gap: 0 2.5rem; }
html { scroll-padding-top: 6rem; }
#calls { max-height: calc(100vh - 12rem); overflow-y: auto; }
.both > section:first-child { position: sticky; top: 4rem; align-self: start; }
@media (max-width: 60rem) { .both { grid-template-columns: minmax(0, 1fr); } body { padding: 1rem; } #calls { max-height: 50vh; }
  .both > section:first-child { position: static; } .step details { overflow-x: auto; } .step table { min-width: 34rem; } }
.both > section, #recordings { border-top: 0; margin-top: 1rem; padding-top: 0; }
#beside { border-top: 0; margin-top: 0; padding-top: 0; }
.offer { border-bottom: 1px solid var(--line); padding: .2rem 0; }
.offer[open] { padding-bottom: .75rem; }
.end { margin: .5rem 0 .5rem 1rem; }
.end p { margin: 0; }
.can { color: var(--good); }
.cannot { color: var(--bad); }
.choice { margin: .75rem 0 0 1rem; display: flex; flex-wrap: wrap; gap: .35rem .75rem; align-items: center; }
.choice output { font-family: ui-monospace, monospace; font-size: .92em; }
tr.differs { background: var(--bad-ground); }
body.dropping { outline: 3px dashed var(--accent); outline-offset: -6px; }
`;
