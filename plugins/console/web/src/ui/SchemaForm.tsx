// A form out of a JSON Schema, as the operations' settings have it.
import { NumberInput, Select, Stack, Switch, TagsInput, TextInput } from '@mantine/core'

export interface JsonSchema {
  type?: string | string[]
  title?: string
  description?: string
  enum?: Array<string | null>
  items?: JsonSchema
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  errorMessage?: string
  properties?: Record<string, JsonSchema>
}

export type Values = Record<string, unknown>

const WORDS = /(?<=[a-z])(?=[A-Z])/

const labelOf = (name: string, schema: JsonSchema): string => {
  const text = schema.title ?? name.split(WORDS).join(' ').toLowerCase()
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** What is wrong with the values, by field, as far as the schema says. */
export function check (schema: JsonSchema, values: Values): Record<string, string> {
  const errors = Object.entries(schema.properties ?? {}).map(([name, property]) => [name, wrong(property, values[name])] as const)
  return Object.fromEntries(errors.filter(([, error]) => error !== null)) as Record<string, string>
}

function wrong (schema: JsonSchema, value: unknown): string | null {
  const types = [schema.type].flat()
  if (value === null) return types.includes('null') || schema.enum?.includes(null) === true ? null : 'is required'
  if (types.includes('integer') || types.includes('number')) {
    if (typeof value !== 'number' || (types.includes('integer') && !Number.isInteger(value))) {
      return types.includes('integer')
        ? 'must be a whole number'
        : 'must be a number'
    }
    if (schema.minimum !== undefined && value < schema.minimum) return `must be at least ${schema.minimum}`
    if (schema.maximum !== undefined && value > schema.maximum) return `must be at most ${schema.maximum}`
  }
  if (typeof value === 'string' && schema.enum === undefined) {
    if (schema.minLength !== undefined && value.length < schema.minLength) return 'is required'
    if (schema.maxLength !== undefined && value.length > schema.maxLength) return `must have at most ${schema.maxLength} characters`
    if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) return schema.errorMessage ?? 'has not the right form'
  }
  return null
}

export function SchemaForm (
  { schema, values, errors, onChange }: { schema: JsonSchema, values: Values, errors: Record<string, string>, onChange: (values: Values) => void }
) {
  return (
    <Stack>
      {Object.entries(schema.properties ?? {}).map(([name, property]) => (
        <Field key={name} label={labelOf(name, property)} schema={property} value={values[name]} error={errors[name]}
          onChange={value => onChange({ ...values, [name]: value })} />
      ))}
    </Stack>
  )
}

function Field (
  { label, schema, value, error, onChange }: {
    label: string, schema: JsonSchema, value: unknown, error: string | undefined, onChange: (value: unknown) => void
  }
) {
  const common = { label, description: schema.description, error }
  const types = [schema.type].flat()
  const mayBeNull = types.includes('null')
  if (schema.enum !== undefined) {
    return (
      <Select {...common} data={schema.enum.filter(option => option !== null)} value={value as string | null} allowDeselect={mayBeNull} clearable={mayBeNull}
        onChange={onChange} />
    )
  }
  if (types.includes('boolean')) {
    return (
      <Switch label={label} description={schema.description} error={error} checked={value === true} onChange={event => onChange(event.currentTarget.checked)} />
    )
  }
  if (types.includes('integer') || types.includes('number')) {
    return <NumberInput {...common} value={(value ?? '') as number | string} clampBehavior='none' onChange={next => onChange(next === '' ? null : next)} />
  }
  if (types.includes('array')) {
    return <TagsInput {...common} value={(value ?? []) as string[]} data={(schema.items?.enum ?? []) as string[]} onChange={onChange} />
  }
  return (
    <TextInput {...common} value={(value ?? '') as string}
      onChange={event => onChange(event.currentTarget.value === '' && mayBeNull ? null : event.currentTarget.value)} />
  )
}
