import type { Readable } from 'node:stream'
import type { StartedChild } from '@/lib/processes/child'
import type { ChildEnd } from '@/lib/processes/spawn'
import type { SandboxEnd } from './backend'

const MOST_COMPLAINT = 2_000

/**
 * How the program that holds a sandbox ends: once it has and nothing prints into `stdout` any more, with the
 * beginning of what it complained of on `stderr`; or once it was given up, since whoever started it may say nothing of
 * an end. Never rejects.
 */
export async function endOf(
  child: StartedChild,
  { stdout, stderr, givenUp }: { stdout: Readable; stderr: Readable; givenUp: Promise<ChildEnd> },
): Promise<SandboxEnd> {
  let complaint = ''
  stderr.on('data', (piece: Buffer) => {
    complaint = (complaint + piece.toString('utf8')).slice(0, MOST_COMPLAINT)
  })
  const closed = [stdout, stderr].map(
    (stream) => new Promise<void>((resolve) => stream.once('close', () => resolve())),
  )
  for (const stream of [stdout, stderr]) stream.on('error', () => stream.destroy())
  const { code, isLost } = await Promise.race([child.ended, givenUp])
  await Promise.all(closed)
  const lost = isLost ? 'The process that had started it has ended.' : ''
  return { exitCode: code, complaint: complaint.trim() || lost }
}

/** An end that is said where one that was killed tells of none. */
export function whenGivenUp(): { givenUp: Promise<ChildEnd>; giveUp(): void } {
  let giveUp = () => {}
  const givenUp = new Promise<ChildEnd>((resolve) => {
    giveUp = () => resolve({ code: null, isLost: false })
  })
  return { givenUp, giveUp }
}
