// Grants: a list of operation ids per client; a group is a name for several, written out when granted.
import type { Catalogue } from '#kernel'
import { unknownScope } from './errors.js'

export interface Scopes {
  /** All operations for API clients that exist today. */
  all: () => string[]
  /** Groups as operations; what is neither stays as it is. Sorted, without repeats. */
  expand: (scopes: readonly string[]) => string[]
  /** @throws AppError 422 naming the first unknown one and what is accepted */
  check: (scopes: readonly string[]) => string[]
}

/** `products:read` and `products:write`: the collection in the path and whether it changes something. */
export function createScopes (catalogue: Catalogue): Scopes {
  const all = (): string[] => [...catalogue.operations.values()].filter(({ access }) => access === 'client').map(({ id }) => id).sort()
  const groups = (): Map<string, string[]> => {
    const found = new Map<string, string[]>()
    for (const id of all()) {
      const { method, url, readOnly = method === 'GET' } = catalogue.operations.get(id)!
      const collection = /^(?:.*?\/v\d+)?\/([^/]+)/.exec(url)?.[1] ?? ''
      const name = `${collection}:${readOnly ? 'read' : 'write'}`
      found.set(name, [...found.get(name) ?? [], id])
    }
    return found
  }
  const expand = (scopes: readonly string[]): string[] => {
    const named = groups()
    return [...new Set(scopes.flatMap(scope => named.get(scope) ?? [scope]))].sort()
  }
  return {
    all,
    expand,
    check (scopes) {
      const accepted = [...all(), ...groups().keys()]
      const unknown = scopes.findIndex(scope => !accepted.includes(scope))
      if (unknown >= 0) throw unknownScope(unknown, accepted)
      return expand(scopes)
    }
  }
}
