import { useState } from 'react'
import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { send } from '../api/queries.ts'
import { Failure } from '../ui/states.tsx'

export function SignIn () {
  const { back, ended } = useSearch({ from: '/login' })
  const router = useRouter()
  const cache = useQueryClient()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useMutation({
    mutationFn: async () => await send.signIn(email, password),
    onSuccess: () => {
      cache.clear()
      router.history.push(`/console${back ?? '/plugins'}`)
    }
  })
  return (
    <Center mih='100dvh' p='md' component='main'>
      <Paper withBorder p='xl' w={400} maw='100%'>
        <form onSubmit={event => { event.preventDefault(); signIn.mutate() }}>
          <Stack>
            <div>
              <Title order={1} size='h3'>LogisticsWMS</Title>
              <Text c='dimmed' size='sm'>Operator console</Text>
            </div>
            {ended === true && !signIn.isError && <Alert color='blue' variant='light'>Your session has ended. Sign in to go on where you were.</Alert>}
            {signIn.isError && <Failure error={signIn.error} />}
            <TextInput label='E-mail' type='text' inputMode='email' autoComplete='username' required autoFocus value={email}
              onChange={event => setEmail(event.currentTarget.value)} />
            <PasswordInput label='Password' autoComplete='current-password' required value={password}
              onChange={event => setPassword(event.currentTarget.value)} />
            <Button type='submit' loading={signIn.isPending} fullWidth>Sign in</Button>
            <Text size='xs' c='dimmed'>The first password was printed by the service at its first start. Lost it? <code>npm run operator:reset</code></Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  )
}
