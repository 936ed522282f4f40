import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './console.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { setNonce } from 'get-nonce'
import { queryClient, whenSignedOut } from './api/client.ts'
import { router } from './router.tsx'
import { theme } from './theme.ts'

// Styles that are written at run time carry the nonce of the page's policy.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
setNonce(nonce)

whenSignedOut(() => {
  queryClient.removeQueries({ queryKey: ['session'] })
  if (router.state.location.pathname === '/login') return
  router.navigate({ to: '/login', search: { back: router.state.location.href, ended: true } }).catch(() => {})
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme='auto' getStyleNonce={() => nonce}>
      <Notifications position='bottom-right' />
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>
)
