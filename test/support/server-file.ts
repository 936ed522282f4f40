// Where a test run notes the URL of the database server that its files share.
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The tap runner: parent of its `before` and `after` scripts and of every test file. Runs side by side each have a server. */
export const RUNNER = process.ppid

export const serverFolder = (runner: number): string => join(tmpdir(), `wms-test-run-${runner}`)

export const serverFile = (runner: number): string => join(serverFolder(runner), 'server.url')
