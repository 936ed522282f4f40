/** What is mine on top of what is theirs: fields that I have not touched are as they are now. */
export function rebase<T extends object> (before: T, mine: T, theirs: T): T {
  const touched = (Object.keys(mine) as Array<keyof T>).filter(key => JSON.stringify(mine[key]) !== JSON.stringify(before[key]))
  return { ...theirs, ...Object.fromEntries(touched.map(key => [key, mine[key]])) }
}
