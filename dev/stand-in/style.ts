/** The page's own style sheet, readable in light and dark. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --surface: light-dark(oklch(98% 0.004 250), oklch(20% 0.01 250));
  --raised: light-dark(oklch(100% 0 0), oklch(25% 0.012 250));
  --line: light-dark(oklch(88% 0.008 250), oklch(36% 0.015 250));
  --text: light-dark(oklch(25% 0.02 250), oklch(93% 0.008 250));
  --muted: light-dark(oklch(48% 0.02 250), oklch(72% 0.015 250));
  --accent: light-dark(oklch(48% 0.13 250), oklch(78% 0.11 250));
  --waiting: light-dark(oklch(50% 0.12 75), oklch(82% 0.13 80));
  --danger: light-dark(oklch(50% 0.17 25), oklch(76% 0.14 25));
  --ok: light-dark(oklch(46% 0.12 150), oklch(78% 0.13 150));
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 90rem; padding: 16px 24px 64px; background: var(--surface); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 20px; margin: 8px 0; }
h2 { font-size: 16px; margin: 32px 0 8px; }
p { max-width: 76ch; margin: 8px 0; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.banner { border: 1px solid var(--waiting); border-radius: 6px; padding: 8px 12px; background: var(--raised); }
.banner strong { color: var(--waiting); }
.muted { color: var(--muted); }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 6px 12px; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
th { font-weight: 600; color: var(--muted); font-size: 13px; white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.words { min-width: 24ch; max-width: 60ch; overflow-wrap: anywhere; }
td.line { white-space: nowrap; }
code, pre { font: 13px/1.5 ui-monospace, monospace; }
pre { margin: 0; padding: 12px; overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); white-space: pre-wrap; overflow-wrap: anywhere; }
.answered { color: var(--ok); }
.running { color: var(--accent); }
.refused, .failed, .error_event, .cut { color: var(--danger); }
.aborted { color: var(--waiting); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 640px) { body { padding: 8px 12px 48px; } }
`;
