import { useState, type ReactNode } from 'react'
import { useMutation, useQueryClient, type QueryKey, type UseMutationResult } from '@tanstack/react-query'
import { ApiError, call, isConflict } from '../api/call.ts'
import { Changed } from './Changed.tsx'
import { rebase } from './rebase.ts'
import { Failure } from './states.tsx'

interface Edited<T, D> {
  /** As the list had it when the drawer opened; null: a new one. */
  object: T | null
  /** Where it is read, e.g. `/clients/cli_…`. */
  path: (object: T) => string
  /** As the audit names it, e.g. `client:cli_…`. */
  entity: (object: T) => string
  draftOf: (object: T) => D
  empty: D
  /** @param ifMatch the version that may be changed; none for a new one */
  send: (draft: D, opened: T | null, ifMatch: string | undefined) => Promise<void>
  /** Lists that show it. */
  queryKey: QueryKey
  onSaved?: () => void
}

interface Edit<T, D> {
  opened: T | null
  draft: D
  setDraft: (draft: D) => void
  set: (change: Partial<D>) => void
  save: UseMutationResult<void, Error, void>
  /** What the service said about a field, by its JSON pointer. */
  errorAt: (pointer: string) => string | undefined
  /** Why the last save failed, with a way on. */
  notice: ReactNode
}

/** Edits one object in a drawer. It is saved only if no other operator has changed it since the drawer opened; then theirs and ours are put together. */
export function useEdit<T extends { version: number }, D extends object> (
  { object, path, entity, draftOf, empty, send, queryKey, onSaved }: Edited<T, D>
): Edit<T, D> {
  const cache = useQueryClient()
  const [opened, setOpened] = useState(object)
  const [draft, setDraft] = useState(object === null ? empty : draftOf(object))
  const save = useMutation({
    mutationFn: async () => await send(draft, opened, opened === null ? undefined : `"${opened.version}"`),
    onSuccess: () => { onSaved?.() },
    onSettled: () => { cache.invalidateQueries({ queryKey }).catch(() => {}) }
  })
  const reload = (keepMine: boolean): void => {
    call<T>('GET', path(opened!)).then(({ data }) => {
      setDraft(keepMine ? rebase(draftOf(opened!), draft, draftOf(data)) : draftOf(data))
      setOpened(data)
      save.reset()
    }, () => {})
  }
  const errors = save.error instanceof ApiError ? save.error.problem.errors ?? [] : []
  return {
    opened,
    draft,
    setDraft,
    set: change => setDraft({ ...draft, ...change }),
    save,
    errorAt: pointer => errors.find(error => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`))?.message,
    notice: isConflict(save.error)
      ? <Changed entity={entity(opened!)} takeTheirs={() => reload(false)} keepMine={() => reload(true)} />
      : save.isError && <Failure error={save.error} />
  }
}
