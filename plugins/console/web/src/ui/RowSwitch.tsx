import { Switch } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, isConflict } from '../api/call.ts'
import { notifyConflict } from './lastChange.ts'
import { notifyDone, notifyError } from './notify.ts'

interface Row { id: string, name: string, version: number, enabled: boolean }

/**
 * Switches one of a list on or off: at once on the page, and back when the service refuses.
 * @param path of the list in the operator API
 * @param entity what the audit calls one of it
 * @param queryKey of the list in the cache
 * @param on what is said when it is on; `off` likewise
 */
export function RowSwitch ({ path, entity, queryKey, row, label, on, off }: {
  path: string, entity: string, queryKey: readonly unknown[], row: Row, label: string, on: string, off: string
}) {
  const cache = useQueryClient()
  const change = useMutation({
    mutationKey: [path],
    // One after the other, however quickly they are clicked.
    scope: { id: path },
    mutationFn: async (enabled: boolean) => await call('PATCH', `${path}/${row.id}`, { body: { enabled }, ifMatch: `"${row.version}"` }),
    onMutate: async enabled => {
      await cache.cancelQueries({ queryKey })
      const before = cache.getQueryData<Row[]>(queryKey)
      cache.setQueryData<Row[]>(queryKey, list => list?.map(other => other.id === row.id ? { ...other, enabled } : other))
      return { before }
    },
    onSuccess: (_, enabled) => notifyDone(enabled ? on : off),
    onError: (error, _, context) => {
      cache.setQueryData(queryKey, context?.before)
      if (isConflict(error)) notifyConflict(`${entity}:${row.id}`, row.name)
      else notifyError(error)
    },
    onSettled: () => { if (cache.isMutating({ mutationKey: [path] }) === 1) cache.invalidateQueries({ queryKey }).catch(() => {}) }
  })
  return <Switch aria-label={label} checked={row.enabled} onChange={event => change.mutate(event.currentTarget.checked)} />
}
