// How a visitor acts: with a mouse, or with nothing but the keyboard.
import type { Locator, Page } from 'playwright-core'

export interface Hand {
  name: 'mouse' | 'keyboard'
  /** A button, a link, a checkbox. */
  press: (target: Locator) => Promise<void>
  /** A switch: its input lies under its picture. */
  toggle: (target: Locator) => Promise<void>
  write: (target: Locator, text: string) => Promise<void>
  /** Chooses an option of a combobox, typing part of it first where it can be searched. */
  choose: (target: Locator, option: string, typed?: string) => Promise<void>
  tab: (name: string) => Promise<void>
  /** Opens a menu and takes an item of it. */
  menu: (button: Locator, item: string | RegExp) => Promise<void>
}

export const byMouse = (page: Page): Hand => ({
  name: 'mouse',
  press: async target => { await target.click() },
  toggle: async target => { await target.click({ force: true }) },
  write: async (target, text) => { await target.fill(text) },
  async choose (target, option, typed) {
    if (typed === undefined) await target.click()
    else await target.fill(typed)
    await page.getByRole('option', { name: option }).first().click()
    if (typed !== undefined) await page.keyboard.press('Tab')
  },
  tab: async name => { await page.getByRole('tab', { name }).click() },
  async menu (button, item) {
    await button.click()
    await page.getByRole('menuitem', { name: item }).click()
  }
})

/** More than there are places to stop at on any page. */
const MOST_STOPS = 250

interface PageElement { ownerDocument: { activeElement: unknown }, hasAttribute: (name: string) => boolean }

// Run in the page.
const hasFocus = (element: unknown): boolean => element === (element as PageElement).ownerDocument.activeElement
const isChosen = (element: unknown): boolean =>
  element === (element as PageElement).ownerDocument.activeElement || (element as PageElement).hasAttribute('data-combobox-selected')

export function byKeyboard (page: Page): Hand {
  const isFocused = async (target: Locator): Promise<boolean> => await target.evaluate(hasFocus)
  /** By Tab alone, as someone does who sees where the focus is. */
  const reach = async (target: Locator): Promise<void> => {
    await target.waitFor({ state: 'attached' })
    for (let stop = 0; stop < MOST_STOPS; stop++) {
      if (await isFocused(target)) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`${String(target)} can't be reached by Tab`)
  }
  const take = async (key: string, option: Locator): Promise<void> => {
    await option.first().waitFor()
    for (let step = 0; step < 30; step++) {
      if (await option.first().evaluate(isChosen)) return await page.keyboard.press('Enter')
      await page.keyboard.press(key)
    }
    throw new Error(`${String(option)} can't be reached by ${key}`)
  }
  return {
    name: 'keyboard',
    async press (target) {
      await reach(target)
      const isBox = await target.getAttribute('type') === 'checkbox'
      await page.keyboard.press(isBox ? 'Space' : 'Enter')
    },
    async toggle (target) {
      await reach(target)
      await page.keyboard.press('Space')
    },
    async write (target, text) {
      await reach(target)
      await page.keyboard.press('Control+a')
      await page.keyboard.type(text)
    },
    async choose (target, option, typed) {
      await reach(target)
      if (typed === undefined) await page.keyboard.press('ArrowDown')
      else await page.keyboard.type(typed)
      await take('ArrowDown', page.getByRole('option', { name: option }))
    },
    async tab (name) {
      const wanted = page.getByRole('tab', { name })
      const selected = page.getByRole('tab', { selected: true })
      await reach(selected)
      for (let step = 0; step < 10 && !await isFocused(wanted); step++) await page.keyboard.press('ArrowRight')
      await page.getByRole('tab', { name, selected: true }).waitFor()
    },
    async menu (button, item) {
      await reach(button)
      await page.keyboard.press('Enter')
      await take('ArrowDown', page.getByRole('menuitem', { name: item }))
    }
  }
}
