// What of calls and events is about people, and whether it may leave: one decision for every way out.
import type { PluginManifest } from './manifest.js'
import type { Catalogue } from './registry.js'
import type { Switchboard } from './switchboard.js'

export interface PersonalData {
  /** A request or an answer of an operation, as it may be shown now. Text that is not whole JSON is not shown at all while something has to be hidden. */
  ofBody: (operation: string | null, json: string) => string
  /** The envelope of an event, as it may be shown or sent now. */
  ofEvent: (envelope: string) => string
}

/** Where what is hidden could not be told from the rest. */
const NOT_SHOWN = JSON.stringify('[hidden: it may have personal data]')

/** Hides nothing before it is attached. */
export function createPersonalData (): PersonalData & { attach: (catalogue: Catalogue, switches: Switchboard) => void } {
  let hidden = (_pluginId: string | undefined): PluginManifest['personalData'] => undefined
  let isAnyHidden = (): boolean => false
  let pluginOf: { operation: (id: string) => string | undefined, event: (type: string) => string | undefined } = { operation: () => undefined, event: () => undefined }
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
