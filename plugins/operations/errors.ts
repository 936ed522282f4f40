import { AppError, type ErrorDetail } from '#kernel'

export const pluginNotFound = (id: string): AppError => new AppError(404, 'plugin.not_found', `No plugin ${JSON.stringify(id)} is installed.`)
export const pluginLocked = (id: string): AppError =>
  new AppError(409, 'plugin.locked', `The plugin ${id} can't be switched off: the service can't be operated without it.`)
export const operationNotFound = (id: string): AppError =>
  new AppError(404, 'operation.not_found', `There is no operation ${JSON.stringify(id)} for API clients.`)
export const operationLocked = (id: string): AppError => new AppError(409, 'operation.locked', `The operation ${id} can't be switched off.`)
export const settingsElsewhere = (id: string, owner: string): AppError =>
  new AppError(409, 'settings.elsewhere', `${id} obeys the settings of ${owner}: change them there.`)
export const changedTwice = (id: string): AppError => new AppError(422, 'operation.changed_twice', `The operation ${id} is in the list of changes twice.`)

/** 422 with one entry per wrong setting. */
export function settingsInvalid (errors: ErrorDetail[]): AppError {
  return new AppError(422, 'settings.invalid', errors.map(({ pointer, message }) => `body ${pointer} ${message}`).join('; '), { errors })
}
