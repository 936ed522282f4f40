// What an event may be about, as operators name it.
import { AppError, badQuery, type Kernel } from '#kernel'

/**
 * Ids of the objects that a filter names: an id, or an alias that their plugin knows (`ref:…`, `sku:…`, `number:…`).
 * @throws AppError 404 `subject.not_found` for an alias of nothing; 400 for an alias that no one knows
 */
export async function subjectsOf (kernel: Kernel, name: string): Promise<string[]> {
  const named = await kernel.events.subjectsNamed(name)
  if (named === null && /^[a-z]+:/.test(name)) throw badQuery('subjectId', 'must be an id, or `ref:`, `number:`, `sku:` or `gtin:` with what it is called')
  // Of an object that there is, nothing may have been published yet; a name of nothing is a mistake.
  if (named?.length === 0) throw new AppError(404, 'subject.not_found', 'There is no object with this name.')
  return named ?? [name]
}
