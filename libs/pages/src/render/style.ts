import { createHash } from 'node:crypto';
import { SafeHtml } from './html';

const STYLE = `
:root{color-scheme:light dark;--ink:#16202a;--paper:#fff;--line:#d5dce3;--soft:#f3f6f8;--link:#0b5cad}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf2;--paper:#12181e;--line:#34404c;--soft:#1b242d;--link:#7ab8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.05rem/1.6 system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans SC",sans-serif}
header,main,footer{max-width:44rem;margin:0 auto;padding:.75rem 1rem}
header{display:flex;flex-wrap:wrap;gap:.5rem 1.25rem;align-items:baseline;border-bottom:1px solid var(--line)}
header strong{margin-right:auto}
a{color:var(--link)}
h1{font-size:1.5rem;line-height:1.3;margin:1.25rem 0 .5rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:1.75rem 0 .5rem}
.banner{border:3px solid;border-radius:.6rem;padding:1rem 1.1rem;margin:1rem 0}
.banner p{margin:.35rem 0}
.banner .verdict{font-size:1.4rem;font-weight:700;line-height:1.3}
.affected{border-color:#b3261e;background:#fdecea;color:#410e0b}
.clear{border-color:#1e7b34;background:#e9f6ec;color:#0b3315}
.ask{border-color:#9a6700;background:#fff6e0;color:#3d2900}
.banner a{color:inherit}
dl{display:grid;grid-template-columns:minmax(8rem,auto) 1fr;gap:.35rem 1rem;margin:.5rem 0}
dt{color:var(--ink);opacity:.75}
dd{margin:0;overflow-wrap:anywhere}
ol,ul{padding-left:1.4rem}
li{margin:.3rem 0;overflow-wrap:anywhere}
form{display:grid;gap:.6rem;margin:.8rem 0;max-width:26rem}
label{display:grid;gap:.2rem}
input,button{font:inherit;padding:.55rem .7rem;border:1px solid #6b7785;border-radius:.4rem;background:var(--paper);color:var(--ink)}
button{background:#0b5cad;border-color:#0b5cad;color:#fff;cursor:pointer}
.text{white-space:pre-line}
footer{border-top:1px solid var(--line);margin-top:2rem;font-size:.9rem;opacity:.85}
@media (max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}
@media print{header nav,form,footer{display:none}body{color:#000;background:#fff}.banner{background:#fff;color:#000}a::after{content:" (" attr(href) ")"}}
`;

/** The one style sheet of the public pages, sent inside each of them: a page printed or saved is whole. */
export const STYLE_ELEMENT = new SafeHtml(`<style>${STYLE}</style>`);

const digest = createHash('sha256').update(STYLE).digest('base64');

/** Nothing but our own style sheet and forms to this server: a hostile product name that got through could still load nothing. */
export const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${digest}'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;
