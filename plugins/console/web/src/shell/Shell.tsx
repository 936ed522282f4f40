import { useEffect, useState } from 'react'
import { ActionIcon, Alert, AppShell, Burger, Group, Menu, NavLink, Text, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import { Offline } from '../api/call.ts'
import { plugins, send, session } from '../api/queries.ts'
import { ExternalIcon, KeyIcon, LinkIcon, MoonIcon, PeopleIcon, PluginIcon, SignOutIcon, SunIcon, BoxIcon } from '../ui/icons.tsx'
import { notifyError } from '../ui/notify.ts'
import { OwnPassword } from './OwnPassword.tsx'

const PLACES = [
  { to: '/plugins', label: 'Plugins', icon: PluginIcon },
  { to: '/integration', label: 'API & Webhooks', icon: LinkIcon },
  { to: '/warehouse', label: 'Warehouse', icon: BoxIcon },
  { to: '/operators', label: 'Operators', icon: PeopleIcon, role: 'admin' }
] as const satisfies ReadonlyArray<{ to: string, label: string, icon: typeof PluginIcon, role?: string }>

export function Shell () {
  const [opened, { toggle, close }] = useDisclosure()
  const role = useQuery(session).data?.operator?.role
  const path = useRouterState({ select: state => state.location.pathname })
  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !opened } }} padding='md'>
      <AppShell.Header>
        <Group h='100%' px='md' justify='space-between' wrap='nowrap'>
          <Group gap='sm' wrap='nowrap'>
            <Burger opened={opened} onClick={toggle} hiddenFrom='sm' size='sm' aria-label={opened ? 'Close the menu' : 'Open the menu'} />
            <Text fw={700}>LogisticsWMS</Text>
          </Group>
          <Group gap='xs' wrap='nowrap'>
            <SchemeButton />
            <Account />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p='sm' aria-label='Main'>
        {PLACES.filter(place => !('role' in place) || place.role === role).map(({ to, label, icon: Icon }) => (
          <NavLink key={to} label={label} leftSection={<Icon />} active={path.startsWith(to)} onClick={close}
            renderRoot={props => <Link to={to} {...props} />} />
        ))}
        <PluginPages onOpen={close} />
        <NavLink label='Swagger' leftSection={<ExternalIcon />} href='/docs' target='_blank' rel='noreferrer' />
      </AppShell.Navbar>
      <AppShell.Main>
        <Connection />
        <Outlet />
      </AppShell.Main>
    </AppShell>
  )
}

/** Pages that plugins serve themselves. */
function PluginPages ({ onOpen }: { onOpen: () => void }) {
  const pages = (useQuery(plugins).data ?? []).flatMap(({ id, effective, console: place }) =>
    effective && place?.href != null ? [{ id, label: place.label, order: place.order, href: place.href }] : []
  )
  return pages.sort((a, b) => a.order - b.order).map(({ id, label, href }) => (
    <NavLink key={id} label={label} leftSection={<ExternalIcon />} href={href} target='_blank' rel='noreferrer' onClick={onOpen} />
  ))
}

/** Says so while the service does not answer, and goes by itself when it does again. */
function Connection () {
  const cache = useQueryClient()
  const { error } = useQuery({ ...session, refetchInterval: query => query.state.error instanceof Offline ? 2_000 : 60_000 })
  const isAway = error instanceof Offline
  // What failed meanwhile is asked for again.
  useEffect(() => { if (!isAway) cache.refetchQueries({ predicate: ({ state }) => state.status === 'error' }).catch(() => {}) }, [cache, isAway])
  if (!isAway) return null
  return (
    <Alert color='orange' variant='light' mb='md' role='status' title='No connection to the service'>
      What you see may be old. It is tried again every two seconds.
    </Alert>
  )
}

function SchemeButton () {
  const { setColorScheme } = useMantineColorScheme()
  const isDark = useComputedColorScheme('light') === 'dark'
  return (
    <ActionIcon variant='default' size='lg' aria-label={isDark ? 'Light colours' : 'Dark colours'} onClick={() => setColorScheme(isDark ? 'light' : 'dark')}>
      {isDark ? <SunIcon /> : <MoonIcon />}
    </ActionIcon>
  )
}

function Account () {
  const [changing, setChanging] = useState(false)
  const { data } = useQuery(session)
  const router = useRouter()
  const cache = useQueryClient()
  const signOut = (): void => {
    // The pages go first: what they show would be asked for again, by no one.
    send.signOut().then(async () => {
      cache.setQueryData(session.queryKey, { expiresAt: null, idleExpiresAt: null, operator: null })
      await router.navigate({ to: '/login' })
      cache.clear()
    }).catch(notifyError)
  }
  const operator = data?.operator
  return (
    <>
      {changing && <OwnPassword onClose={() => setChanging(false)} />}
      <Menu position='bottom-end' withinPortal>
        <Menu.Target>
          <ActionIcon variant='filled' size='lg' radius='xl' aria-label={`Account of ${operator?.name ?? ''}`}>
            {(operator?.name ?? '?').charAt(0).toUpperCase()}
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{operator?.email} · {operator?.role}</Menu.Label>
          <Menu.Item leftSection={<KeyIcon size={16} />} onClick={() => setChanging(true)}>Change password</Menu.Item>
          <Menu.Item leftSection={<SignOutIcon size={16} />} onClick={signOut}>Sign out</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  )
}
