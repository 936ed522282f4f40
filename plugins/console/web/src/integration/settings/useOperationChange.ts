import { useMutation, useQueryClient } from '@tanstack/react-query'
import { isConflict } from '../../api/call.ts'
import { operations, send, type Operations } from '../../api/queries.ts'
import { notifyConflict } from '../../ui/lastChange.ts'
import { notifyError } from '../../ui/notify.ts'

export interface Change { id: string, enabled?: boolean, settings?: Record<string, unknown> }

/** Changes operations at once on the page, in one call, and back when the service refuses. */
export function useOperationChange () {
  const cache = useQueryClient()
  const { queryKey } = operations
  return useMutation({
    mutationKey: ['operations'],
    scope: { id: 'operations' },
    // The version of all switches as it is when the call leaves: quick clicks follow each other.
    mutationFn: async ({ changes, version }: { changes: Change[], version?: number }) =>
      (await send.operations(changes, version ?? cache.getQueryData(queryKey)?.version ?? 0)).data,
    onMutate: async ({ changes }) => {
      await cache.cancelQueries({ queryKey })
      const before = cache.getQueryData(queryKey)
      cache.setQueryData(queryKey, list => list === undefined ? list : patched(list, changes))
      return { before }
    },
    onSuccess: answer => {
      cache.setQueryData(queryKey, list => list === undefined
        ? list
        : { version: answer.version, data: list.data.map(operation => answer.data.find(other => other.id === operation.id) ?? operation) })
    },
    onError: (error, _, context) => {
      cache.setQueryData(queryKey, context?.before)
      if (!isConflict(error)) return notifyError(error)
      notifyConflict(null, 'the settings')
      cache.invalidateQueries({ queryKey }).catch(() => {})
    },
    onSettled: () => { if (cache.isMutating({ mutationKey: ['operations'] }) === 1) cache.invalidateQueries({ queryKey: ['event-types'] }).catch(() => {}) }
  })
}

function patched (list: Operations, changes: readonly Change[]): Operations {
  return {
    ...list,
    data: list.data.map(operation => {
      const change = changes.find(({ id }) => id === operation.id)
      return change?.enabled === undefined ? operation : { ...operation, enabled: change.enabled }
    })
  }
}
