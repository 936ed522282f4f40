// Before the first paint: the scheme that the operator chose, else that of the system.
(() => {
  let scheme = null
  try { scheme = localStorage.getItem('mantine-color-scheme-value') } catch { /* storage may be closed */ }
  if (scheme !== 'light' && scheme !== 'dark') scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme)
})()
