// `/docs/errors`: every code that an error can have, as one page.
import type { Kernel } from '#kernel'

const STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif } body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent) }
code { font-size: .9em; overflow-wrap: anywhere } @media (max-width: 640px) { td:nth-child(4), th:nth-child(4) { display: none } }`

const escaped = (text: string): string => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)

/** HTML that needs no script. */
export function errorPage ({ openapi, catalogue }: Kernel): string {
  const rows = openapi.errorCodes().map(({ code, status, message, plugin }) =>
    `<tr id="${escaped(code)}"><td><code>${escaped(code)}</code></td><td>${status}</td><td>${escaped(message)}</td><td>${
      escaped(plugin === null ? '' : catalogue.plugin(plugin)?.title ?? '')
    }</td></tr>`
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Error codes – LogisticsWMS API</title><style>${STYLE}</style></head>
<body><h1>Error codes</h1><p>Every error is <code>application/problem+json</code> with a stable <code>code</code>;
<code>errors</code> names each field that is wrong.
<a href="/docs">API documentation</a></p>
<table><thead><tr><th>Code</th><th>Status</th><th>What it says</th><th>Plugin</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></body></html>`
}
