// Connections as an attacker opens them: bytes by hand, left at any moment.
import { connect, type Socket } from 'node:net'
import { readdirSync } from 'node:fs'

export type Leave = 'end' | 'reset' | 'wait'

/**
 * Sends bytes and leaves: with FIN, with RST, or when the other side has closed.
 * @returns what came back; empty when the connection broke
 */
export async function send (address: string, bytes: string | Buffer, leave: Leave = 'wait', limitMs = 60_000): Promise<string> {
  const { hostname, port } = new URL(address)
  return await new Promise(resolve => {
    const received: Buffer[] = []
    const socket: Socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    const finish = (): void => {
      clearTimeout(limit)
      socket.destroy()
      resolve(Buffer.concat(received).toString('latin1'))
    }
    const limit = setTimeout(finish, limitMs)
    socket.on('error', finish).on('close', finish).on('data', (chunk: Buffer) => { received.push(chunk) })
    if (leave === 'wait') socket.on('end', finish)
    socket.on('connect', () => {
      socket.write(bytes, () => {
        if (leave === 'reset') socket.resetAndDestroy()
        if (leave === 'end') socket.end()
      })
      if (leave === 'end') socket.on('end', finish)
    })
  })
}

/** Runs work so many times, some of it at a time, or until it returns 'done'. */
export async function times (count: number, atOnce: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0
  await Promise.all(Array.from({ length: atOnce }, async () => { while (next < count) if (await work(next++) === 'done') return }))
}

/** Open sockets of a process, from /proc. */
export const socketsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length
