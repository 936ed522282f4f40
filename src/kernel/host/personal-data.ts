// Hides what is about people while an operator says so: one decision for every way out.
import type { Catalogue } from '../contract/catalogue.js'
import type { PluginManifest } from '../contract/manifest.js'
import type { PersonalData } from '../contract/personal-data.js'
import type { Switchboard } from '../contract/switches.js'

/** Where what is hidden could not be distinguished from the rest. */
const NOT_SHOWN = JSON.stringify('[hidden: it may have personal data]')

/** Hides nothing before it is attached. */
export function createPersonalData (): PersonalData & { attach: (catalogue: Catalogue, switches: Switchboard) => void } {
  let hidden = (_pluginId: string | undefined): PluginManifest['personalData'] => undefined
  let isAnyHidden = (): boolean => false
  let pluginOf: { operation: (id: string) => string | undefined, event: (type: string) => string | undefined } = {
    operation: () => undefined, event: () => undefined
  }
  return {
    attach (catalogue, switches) {
      hidden = id => {
        const declared = id === undefined ? undefined : catalogue.plugin(id)?.personalData
        return declared !== undefined && switches.current.operations.get(declared.operation)?.settings[declared.setting] === false ? declared : undefined
      }
      isAnyHidden = () => catalogue.plugins.some(({ id }) => hidden(id) !== undefined)
      pluginOf = { operation: id => catalogue.operations.get(id)?.pluginId, event: type => catalogue.events.get(type)?.pluginId }
    },
    ofBody (operation, json) {
      const declared = operation === null ? undefined : hidden(pluginOf.operation(operation))
      return declared === undefined || json === '' ? json : stripped(json, declared.fields)
    },
    ofEvent (envelope) {
      if (!isAnyHidden()) return envelope
      const type = /"type":"([^"]*)"/.exec(envelope)?.[1] ?? ''
      const declared = hidden(pluginOf.event(type))
      return declared === undefined ? envelope : stripped(envelope, declared.fields)
    }
  }
}

function stripped (json: string, fields: readonly string[]): string {
  try {
    return JSON.stringify(JSON.parse(json, (key, value: unknown) => fields.includes(key) ? null : value))
  } catch {
    return NOT_SHOWN
  }
}
