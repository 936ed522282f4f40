// The cache of answers, and what happens to every error on the way: a session that has ended leads to the sign-in.
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError, Offline } from './call.ts'

let onSignedOut: () => void = () => {}

/** Called when the service says that no one is signed in any more. */
export function whenSignedOut (handler: () => void): void { onSignedOut = handler }

const onError = (error: unknown): void => {
  if (error instanceof ApiError && error.problem.status === 401) onSignedOut()
  // The shell, which looks at the session, says so and looks again until it is back.
  if (error instanceof Offline && queryClient.getQueryState(['session'])?.status !== 'error') {
    queryClient.refetchQueries({ queryKey: ['session'] }).catch(() => {})
  }
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      // What the service refuses it would refuse again; one that is away may come back.
      retry: (count, error) => error instanceof Offline && count < 3,
      staleTime: 5_000,
      refetchOnWindowFocus: true
    },
    mutations: { retry: false }
  }
})
