import { TextInput } from '@mantine/core'
import { SearchIcon } from './icons.tsx'

/** Searches on Enter. When the search changes elsewhere (a link, "Show all") the box shows it. */
export function SearchBox ({ label, value, onSearch }: { label: string, value: string | undefined, onSearch: (text: string | undefined) => void }) {
  return (
    <form key={value ?? ''} onSubmit={event => {
      event.preventDefault()
      const text = String(new FormData(event.currentTarget).get('text')).trim()
      onSearch(text === '' ? undefined : text)
    }}>
      <TextInput name='text' aria-label={label} placeholder={`${label}, Enter`} miw={280} leftSection={<SearchIcon size={16} />} defaultValue={value ?? ''} />
    </form>
  )
}
