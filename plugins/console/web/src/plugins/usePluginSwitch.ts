import { useMutation, useQueryClient } from '@tanstack/react-query'
import { isConflict } from '../api/call.ts'
import { plugins, send } from '../api/queries.ts'
import type { WmsPlugin } from '../api/types.ts'
import { notifyConflict } from '../ui/lastChange.ts'
import { notifyDone, notifyError } from '../ui/notify.ts'

/** Switches at once on the page, and back when the service refuses. */
export function usePluginSwitch () {
  const cache = useQueryClient()
  const { queryKey } = plugins
  return useMutation({
    mutationKey: ['plugins'],
    // One after the other, however quickly they are clicked.
    scope: { id: 'plugins' },
    mutationFn: async ({ plugin, enabled }: { plugin: WmsPlugin, enabled: boolean }) => await send.plugin(plugin.id, enabled, plugin.version),
    onMutate: async ({ plugin, enabled }) => {
      await cache.cancelQueries({ queryKey })
      const before = cache.getQueryData(queryKey)
      cache.setQueryData(queryKey, list => list?.map(other => other.id === plugin.id ? { ...other, enabled } : other))
      return { before }
    },
    onSuccess: (_, { plugin, enabled }) => notifyDone(`${plugin.title} is ${enabled ? 'on' : 'off'}.`),
    onError: (error, { plugin }, context) => {
      cache.setQueryData(queryKey, context?.before)
      if (isConflict(error)) notifyConflict(`plugin:${plugin.id}`, `the switch of ${plugin.title}`)
      else notifyError(error)
    },
    onSettled: () => {
      if (cache.isMutating({ mutationKey: ['plugins'] }) > 1) return
      for (const key of [queryKey, ['operations'], ['event-types']]) cache.invalidateQueries({ queryKey: key }).catch(() => {})
    }
  })
}
