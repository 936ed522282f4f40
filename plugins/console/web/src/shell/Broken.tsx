import { Button, Container } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Empty, messageOf } from '../ui/states.tsx'

/** A page that could not be shown: after an upgrade an open tab asks for parts that are gone. */
export function Broken ({ error }: { error: unknown }) {
  return (
    <Container py='xl'>
      <Empty title='This page could not be shown' action={<Button onClick={() => { window.location.reload() }}>Load it again</Button>}>
        {messageOf(error)} After an upgrade of the service that helps.
      </Empty>
    </Container>
  )
}

export function NotHere () {
  return (
    <Container py='xl'>
      <Empty title='There is nothing here' action={<Button component={Link} to='/plugins'>To the plugins</Button>}>
        The address is not one of the console's pages.
      </Empty>
    </Container>
  )
}
