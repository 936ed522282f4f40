// Changes of data on behalf of a caller.
import type { FastifyRequest } from 'fastify'
import type { Tx } from './database.js'

/** What the work of a write answers. */
export interface WriteResult {
  /** Default 200. */
  status?: number
  /** Serialised by the route's response schema for that status; omit for 204. */
  body?: unknown
  headers?: Record<string, string>
}

/** One of the calls that are made together. `tx` has its own `call` and events; its statements are those of all. */
export interface BulkCall<Input> { request: FastifyRequest, tx: Tx, input: Input }

/** What a call among others comes to: its answer; its refusal, and then nothing was written for it; or it has to be made after the others. */
export type BulkOutcome = WriteResult | Error | 'alone'

/** Work that does for many calls what it would do for each, in fewer statements. Which calls it gets together is the kernel's business. */
export interface BulkWork<Input> {
  /** Calls with the same key may be made together; null: this one is made alone. */
  keyOf: (request: FastifyRequest, input: Input) => string | null
  /**
   * What it changes that others change too: calls that have one in common are not put into two transactions at a time, where one would wait for the
   * other's locks.
   */
  topicsOf: (input: Input) => readonly string[]
  /** Also for a single call. What it throws undoes all, and each is made alone. */
  run: (calls: ReadonlyArray<BulkCall<Input>>) => Promise<BulkOutcome[]>
}

/** What a write does: work of its own, or one piece of work that can be done for many calls. */
export type Work = ((tx: Tx) => Promise<WriteResult>) | Bulk

/** @see bulk */
export interface Bulk { readonly work: BulkWork<unknown>, readonly input: unknown }

/** This call's part in work for many. `work` is made once, not for each call. */
export const bulk = <Input>(work: BulkWork<Input>, input: Input): Bulk => ({ work: work as BulkWork<unknown>, input })
