import type { Readable } from 'node:stream'
import type { StartedChild } from '@/lib/processes/child'
import type { SandboxEnd } from './backend'

const MOST_COMPLAINT = 2_000

/**
 * How the program that holds a sandbox ends: once it has and nothing prints into `stdout` any more, with the
 * beginning of what it complained of on `stderr`. Never rejects.
 */
export async function endOf(
  child: StartedChild,
  { stdout, stderr }: { stdout: Readable; stderr: Readable },
): Promise<SandboxEnd> {
  let complaint = ''
  stderr.on('data', (piece: Buffer) => {
    complaint = (complaint + piece.toString('utf8')).slice(0, MOST_COMPLAINT)
  })
  const closed = [stdout, stderr].map(
    (stream) => new Promise<void>((resolve) => stream.once('close', () => resolve())),
  )
  for (const stream of [stdout, stderr]) stream.on('error', () => stream.destroy())
  const { code, isLost } = await child.ended
  await Promise.all(closed)
  const lost = isLost ? 'The process that had started it has ended.' : ''
  return { exitCode: code, complaint: complaint.trim() || lost }
}
