// Calls of the operator API: JSON in, JSON out, and an error that says what went wrong and under which request id.

interface ProblemBody {
  status: number
  code: string
  detail: string
  requestId?: string
  errors?: Array<{ in: string, pointer: string, code: string, message: string }>
}

/** The service answered with a problem. */
export class ApiError extends Error {
  readonly problem: ProblemBody

  constructor (problem: ProblemBody) {
    super(problem.detail)
    this.problem = problem
  }
}

/** The service did not answer at all. */
export class Offline extends Error {
  constructor () { super('The service can\'t be reached.') }
}

export interface Answer<T> { data: T, etag: string | null }

interface CallOptions { body?: unknown, ifMatch?: string | null, signal?: AbortSignal | undefined }

const BASE = '/api/admin/v1'

/** @throws ApiError, Offline */
export async function call<T> (method: string, path: string, { body, ifMatch, signal }: CallOptions = {}): Promise<Answer<T>> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (ifMatch != null) headers['if-match'] = ifMatch
  const response = await fetch(`${BASE}${path}`, {
    method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }), ...(signal === undefined ? {} : { signal })
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Offline()
  })
  const text = await response.text()
  if (response.ok) return { data: (text === '' ? null : JSON.parse(text)) as T, etag: response.headers.get('etag') }
  throw new ApiError(problemOf(response, text))
}

/** What stands in front of the service may answer with something else than a problem. */
function problemOf (response: Response, text: string): ProblemBody {
  try {
    const body = JSON.parse(text) as Partial<ProblemBody>
    if (typeof body.code === 'string' && typeof body.detail === 'string') return { ...body, status: response.status, code: body.code, detail: body.detail }
  } catch {
    // Not JSON.
  }
  return { status: response.status, code: 'http', detail: `The service answered ${response.status} ${response.statusText}.` }
}

export const get = async <T>(path: string, signal?: AbortSignal): Promise<T> => (await call<T>('GET', path, { signal })).data

/** `?a=1&b=2` of what is set. */
export function query (values: Record<string, string | number | boolean | null | undefined>): string {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '')
  return set.length === 0 ? '' : `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString()}`
}

export const isConflict = (error: unknown): boolean => error instanceof ApiError && error.problem.status === 412
