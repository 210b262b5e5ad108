/** The style of an exported report: two themes, and the status colours of the app. */
export const reportStyle = `
:root{color-scheme:light dark;--line:light-dark(#e3e4e8,#33363d);--ink-2:light-dark(#454a54,#b3b8c2);--queued:light-dark(#69707d,#8d94a2);--waiting:light-dark(#b07600,#e0b040);--running:light-dark(#1a72e0,#5cabff);--stalled:light-dark(#d1570c,#ff9950);--succeeded:light-dark(#1c9150,#4bbf78);--flagged:light-dark(#9247c9,#c793ea);--failed:light-dark(#cc2b37,#ff7070);--reused:light-dark(#0b8a84,#3ec2b9)}
body{font:14px/1.5 system-ui,sans-serif;margin:0;background:light-dark(#fff,#131417);color:light-dark(#16181d,#eeeff2)}
main{max-width:1150px;margin:0 auto;padding:24px 16px}
h1{font-size:22px}h2{font-size:16px;margin-top:32px}h4{margin:12px 0 4px}
dl{display:grid;grid-template-columns:7rem 1fr;gap:4px 12px}dt{color:var(--ink-2)}dd{margin:0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--line);border-radius:6px;padding:8px;font-size:12px}
table{border-collapse:collapse;width:100%}th,td{padding:4px 10px;border-bottom:1px solid var(--line);text-align:left;font-weight:400}thead th,tfoot th{font-weight:600}
.n{text-align:right;font-variant-numeric:tabular-nums}.wide{overflow-x:auto}a{color:inherit}
details{border-bottom:1px solid var(--line);padding:6px 0}details details{padding-left:12px}summary{cursor:pointer}
svg text{font:10px system-ui,sans-serif;fill:var(--ink-2)}svg .title{font-size:13px;font-weight:600}
.g{fill:none;stroke:light-dark(#fff,#131417);stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}.g-running{stroke-width:3.5}.g-skipped,.g-cancelled{stroke:var(--queued)}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:12px;color:var(--ink-2)}
.box{fill:none;stroke:var(--line)}.edge{stroke:var(--line)}
.status-queued,.a-queued,.status-cancelled,.status-skipped,.a-paused{fill:none;stroke:var(--queued)}.status-waiting,.a-slot,.a-rate-limit,.a-budget,.a-cache-warm-up{fill:var(--waiting)}
.status-running,.a-streaming{fill:var(--running)}.status-stalled,.a-stalled{fill:var(--stalled)}.status-succeeded{fill:var(--succeeded)}.status-flagged,.a-tools{fill:var(--flagged)}
.status-failed,.a-back-off{fill:var(--failed)}.status-reused,.a-agents{fill:var(--reused)}.a-between{fill:var(--queued)}
`
