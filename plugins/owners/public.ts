// What other plugins know of owners.

export interface OwnersService {
  /** @param id undefined: the default owner @throws AppError 400 at the query parameter `ownerId` when no one has the id */
  idOf: (id: string | undefined) => Promise<string>
}
