// Waiting for something that happens in the background, instead of sleeping.

/** Polls for up to a minute: a slow machine is no failure. */
export async function waitFor (condition: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const until = Date.now() + 60_000
  while (!await condition()) {
    if (Date.now() > until) throw new Error(`waited a minute in vain for ${what}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
