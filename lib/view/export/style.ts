/** Two themes with the status colours of the app, as properties of the root. */
export const themeStyle = `
:root{color-scheme:light dark;--bg:light-dark(#fff,#131417);--ink:light-dark(#16181d,#eeeff2);--raised:light-dark(#fff,#1a1c20);--sunken:light-dark(#f1f2f4,#0f1012);--line:light-dark(#e3e4e8,#33363d);--line-2:light-dark(#c9ccd3,#3b3e46);--ink-2:light-dark(#454a54,#b3b8c2);--accent:light-dark(#4b45d6,#a3a1ff);--queued:light-dark(#69707d,#8d94a2);--waiting:light-dark(#b07600,#e0b040);--running:light-dark(#1a72e0,#5cabff);--stalled:light-dark(#d1570c,#ff9950);--succeeded:light-dark(#1c9150,#4bbf78);--flagged:light-dark(#9247c9,#c793ea);--failed:light-dark(#cc2b37,#ff7070);--reused:light-dark(#0b8a84,#3ec2b9)}
`

/** How maps and timelines are drawn: words, boxes, edges, and cells by their status. */
export const pictureStyle = `
svg text{font-family:system-ui,sans-serif;fill:var(--ink-2)}svg .title{font-weight:600;fill:var(--ink)}svg .name{fill:var(--ink)}svg .bad{font-weight:600;fill:var(--ink)}svg a{text-decoration:none}
.g{fill:none;stroke:var(--bg);stroke-linecap:round;stroke-linejoin:round}path.status-succeeded{fill-opacity:.32}.g-succeeded{stroke:var(--succeeded)}.g-skipped,.g-cancelled{stroke:var(--queued)}
.box,.card{fill:var(--raised);stroke:var(--line-2)}.empty{stroke-dasharray:4 4}.card{stroke:var(--line)}.frame{fill:none;stroke:var(--line-2);stroke-dasharray:6 5}
.e{fill:none;stroke:var(--line-2)}.e-data{stroke:var(--queued)}.e-order,.e-spawn{stroke-dasharray:3 5}.e-flagged{stroke:var(--flagged)}.gate{fill:none;stroke:var(--queued);stroke-width:3;stroke-linecap:round}
.status-queued,.status-cancelled,.status-skipped{fill:none;stroke:var(--queued)}.status-waiting{fill:var(--waiting)}.status-running{fill:var(--running)}.status-stalled{fill:var(--stalled)}.status-succeeded{fill:var(--succeeded)}.status-flagged{fill:var(--flagged)}.status-failed{fill:var(--failed)}.status-reused{fill:var(--reused)}
`

/** The style of an exported report: two themes, the status colours of the app, and a page that can be printed. */
export const reportStyle = `
${themeStyle}
body{font:14px/1.5 system-ui,sans-serif;margin:0;background:var(--bg);color:var(--ink)}
main{max-width:1150px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:22px;line-height:1.3;margin:0 0 12px;overflow-wrap:anywhere}h2{font-size:17px;margin:40px 0 12px;padding-top:12px;border-top:1px solid var(--line)}h3{font-size:14px;margin:20px 0 6px}h4{margin:12px 0 4px}
dl{display:grid;grid-template-columns:6rem 1fr;gap:4px 12px;margin:0}dt{color:var(--ink-2)}dd{margin:0;overflow-wrap:anywhere}
nav{display:flex;flex-wrap:wrap;gap:4px 16px;margin-top:16px}a{color:var(--accent);text-underline-offset:2px}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--line);background:var(--sunken);border-radius:6px;padding:8px;font-size:12px;margin:8px 0}
table{border-collapse:collapse;width:100%}th,td{padding:4px 10px;border-bottom:1px solid var(--line);text-align:start;font-weight:400;vertical-align:top}thead th,tfoot th{font-weight:600;white-space:nowrap}
.n{text-align:end;font-variant-numeric:tabular-nums}.wide{overflow-x:auto}.soft,.note{color:var(--ink-2)}.file{font:12px/1.6 ui-monospace,monospace;overflow-wrap:anywhere}
details{border-bottom:1px solid var(--line);padding:6px 0}details details{padding-inline-start:12px}summary{cursor:pointer;overflow-wrap:anywhere}
.icon{vertical-align:-2px;flex:none}.alert{border:1px solid var(--line-2);border-radius:6px;padding:8px 12px}
.report{border:1px solid var(--line);border-radius:10px;padding:4px 24px 16px;margin:0 0 12px;background:var(--raised);overflow-wrap:anywhere}.report h1{font-size:19px;margin:20px 0 8px}.report h2{font-size:16px;border:0;padding:0;margin:22px 0 6px}.report h3,.report h4,.report h5,.report h6{font-size:14px;margin:18px 0 4px}.report p,.report ul,.report ol{margin:8px 0}.report ul,.report ol{padding-inline-start:1.5em}.report pre{white-space:pre;overflow-x:auto;overflow-wrap:normal}.report table{display:block;overflow-x:auto;width:auto}.report blockquote{margin:8px 0;border-inline-start:2px solid var(--line-2);padding-inline-start:12px;color:var(--ink-2)}.report :not(pre)>code{background:var(--sunken);border:1px solid var(--line);border-radius:4px;padding:0 4px;font-size:.92em}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(280px,1fr));gap:0 32px;margin-bottom:16px}
.bars{list-style:none;padding:0;margin:0}.bars li{display:grid;grid-template-columns:1fr auto;gap:2px 12px;margin:0 0 10px;overflow-wrap:anywhere}.bars i{display:block;height:8px;min-width:2px;background:var(--accent);border-radius:4px;grid-column:1/-1}
.stack{grid-column:1/-1;display:flex;gap:1px;height:10px;border-radius:5px;overflow:hidden;background:var(--sunken)}.stack i{height:100%;border-radius:0;flex:0 1 0}
.run-note p{margin:2px 0}.run-note{margin:0 0 12px}.lines{white-space:pre-wrap;overflow-wrap:anywhere}
.problems{padding:0;list-style:none}.problems li{padding:3px 0;overflow-wrap:anywhere}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:12px;color:var(--ink-2)}
${pictureStyle}
.stack .b-queued,.stack .b-cancelled,.stack .b-skipped{background:var(--queued)}.stack .b-waiting{background:var(--waiting)}.stack .b-running{background:var(--running)}.stack .b-stalled{background:var(--stalled)}.stack .b-succeeded{background:var(--succeeded)}.stack .b-flagged{background:var(--flagged)}.stack .b-failed{background:var(--failed)}
.a{fill:var(--queued)}.a-queued,.a-paused{fill:none;stroke:var(--queued)}.a-slot,.a-rate-limit,.a-budget,.a-cache-warm-up,.a-approval,.a-permission{fill:var(--waiting)}.a-streaming{fill:var(--running)}.a-stalled{fill:var(--stalled)}.a-tools{fill:var(--flagged)}.a-back-off{fill:var(--failed)}.a-agents,.a-batch{fill:var(--reused)}
@media print{:root{color-scheme:light}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}main{max-width:none;padding:0}nav{display:none}.wide{overflow:visible}.wide svg{max-width:100%;height:auto}h2,h3,summary{break-after:avoid}tr,li,.bars,.two{break-inside:avoid}.report pre{white-space:pre-wrap}}
`
