/** Colours of the names in charts, light and dark; told apart by lightness too. */
const SERIES = [
  ["#2457a8", "#7db0ff"],
  ["#c2571a", "#ffb27a"],
  ["#2e7d4f", "#7ed6a2"],
  ["#7b3fa0", "#cfa0f0"],
  ["#a8842a", "#e6cf7e"],
  ["#137c8b", "#76d3e0"],
  ["#8b8f96", "#8b8f96"],
];

/** The page's style sheet. */
export const STYLE = `
:root{color-scheme:light dark;--ground:light-dark(#fbfbfa,#17181a);--panel:light-dark(#fff,#1f2124);
--line:light-dark(#dcdcd8,#3a3d42);--text:light-dark(#1c1d1f,#e8e8e6);--dim:light-dark(#5d5f63,#a3a5aa);
--good:light-dark(#1b7f4b,#58c48c);--bad:light-dark(#b3261e,#ff8a80);--doubt:light-dark(#8a5a00,#e8b45a);
${SERIES.map(([light = "", dark = ""], index) => `--s${index}:light-dark(${light},${dark});`).join("")}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1.25rem;background:var(--ground);color:var(--text);
font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:.2rem 0}h2{font-size:1.1rem;margin:2rem 0 .6rem}
p{margin:.4rem 0}.dim{color:var(--dim)}.good{color:var(--good)}.bad{color:var(--bad)}.doubt{color:var(--doubt)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.7rem;margin:1rem 0}
.tile,.panel{background:var(--panel);border:1px solid var(--line);border-radius:.5rem;padding:.7rem .9rem}
.panel{margin:.6rem 0}.tile b{display:block;font-size:1.3rem;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .7rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;color:var(--dim);font-size:.85rem}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.name{min-width:8rem}svg{display:block;width:100%;height:auto}.axis{display:flex;justify-content:space-between;gap:.5rem;font-size:.85rem}
.share{width:6rem}.key{display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.85rem;margin-top:.4rem}
.key i{display:inline-block;width:.8em;height:.8em;border-radius:.15em;margin-right:.4em}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0;font:12.5px/1.45 ui-monospace,monospace}
bdi{unicode-bidi:isolate}
@media(max-width:30rem){body{padding:.8rem}.tiles{grid-template-columns:1fr 1fr}.share{display:none}}
@media print{:root{color-scheme:light}body{max-width:none;padding:0;font-size:11px}
.panel,.tile,tr,pre{break-inside:avoid}h2{break-after:avoid}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
