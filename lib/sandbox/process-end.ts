import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { SandboxEnd } from './backend'

const MOST_COMPLAINT = 2_000

/**
 * How the program that holds a sandbox ends: once it has and nothing prints into `stdout` any more, with the
 * beginning of what it complained of on `stderr`. Never rejects.
 */
export function endOf(
  child: ChildProcess,
  { stdout, stderr }: { stdout: Readable; stderr: Readable },
): Promise<SandboxEnd> {
  let complaint = ''
  stderr.on('data', (piece: Buffer) => {
    complaint = (complaint + piece.toString('utf8')).slice(0, MOST_COMPLAINT)
  })
  const closed = new Promise<void>((resolve) => stdout.once('close', () => resolve()))
  stdout.on('error', () => stdout.destroy())
  const exited = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      complaint ||= error.message
      stdout.destroy()
      resolve(null)
    })
    child.once('close', (code) => resolve(code))
  })
  return exited.then(async (exitCode) => {
    await closed
    return { exitCode, complaint: complaint.trim() }
  })
}
