import { useState } from 'react'
import { Alert, Button, Checkbox, Code, Group, Modal, Stack, Text } from '@mantine/core'
import type { NewApiClient } from '../../api/types.ts'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { DownloadIcon } from '../../ui/icons.tsx'

/** The only time that the secret is seen: the dialog stays until its keeper says that it is kept. */
export function SecretOnce ({ created, onClose }: { created: NewApiClient, onClose: () => void }) {
  const [kept, setKept] = useState(false)
  const { client, clientSecret } = created
  const download = (): void => {
    const url = URL
      .createObjectURL(new Blob([
        `client_id=${client.clientId}\nclient_secret=${clientSecret}\ntoken_url=${window.location.origin}/api/external/v1/auth/token\n`
      ], { type: 'text/plain' }))
    const link = Object.assign(document.createElement('a'), { href: url, download: `${client.clientId}.env` })
    link.click()
    URL.revokeObjectURL(url)
  }
  return (
    <Modal opened onClose={() => {
      if (kept) onClose()
    }} withCloseButton={false} closeOnClickOutside={false} closeOnEscape={kept} title={`Credentials of ${client.name}`} size='lg'>
      <Stack>
        <Alert color='orange' variant='light'>The secret is shown now and never again. Only its fingerprint is stored.</Alert>
        <Row label='Client id' value={client.clientId} />
        <Row label='Client secret' value={clientSecret} />
        <Checkbox label='I have kept the secret in a safe place' checked={kept} onChange={event => setKept(event.currentTarget.checked)} />
        <Group justify='space-between'>
          <Button variant='default' leftSection={<DownloadIcon />} onClick={download}>Download</Button>
          <Button disabled={!kept} onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function Row ({ label, value }: { label: string, value: string }) {
  return (
    <div>
      <Text size='sm' fw={500}>{label}</Text>
      <Group gap='xs' wrap='nowrap'>
        <Code className='wrap' style={{ flexGrow: 1 }}>{value}</Code>
        <CopyButton text={value} label={`Copy ${label.toLowerCase()}`} />
      </Group>
    </div>
  )
}
