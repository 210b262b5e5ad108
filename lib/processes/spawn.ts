import { spawn } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { bareEnvironment } from './bare-environment'

/** What a descriptor of a program is: a pipe is named, and is opened as whoever starts the program does so. */
export type Descriptor = { kind: 'ignore' } | { kind: 'inherit' } | { kind: 'in' | 'out'; path: string }

/** A program, and what it is given. */
export type SpawnOrder = {
  program: string
  args: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  descriptors: readonly Descriptor[]
}

/** How a program ended. `isLost` where the process that had started it ended first, and it was ended for that. */
export type ChildEnd = { code: number | null; isLost: boolean }

/** A program that was started; see `StartedChild`. */
export type Spawned = { pid: number; ended: Promise<ChildEnd>; hold(isHeld: boolean): void }

/** Starts a program as a child of this very process. Rejects where it cannot be started. */
export function spawnHere({ program, args, env, cwd, descriptors }: SpawnOrder): Promise<Spawned> {
  const opened: number[] = []
  try {
    const stdio = descriptors.map((one) => {
      if (one.kind === 'ignore' || one.kind === 'inherit') return one.kind
      const fd = openNamed(one.path, one.kind)
      opened.push(fd)
      return fd
    })
    // A session of its own: a Ctrl-C in the terminal ends the server in its own time, and what it started with it.
    const child = spawn(program, args, { env: bareEnvironment(env), cwd, stdio, detached: true })
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      const ended = new Promise<ChildEnd>((end) => {
        child.once('exit', (code) => end({ code, isLost: false }))
      })
      const hold = (isHeld: boolean) => (isHeld ? child.ref() : child.unref())
      if (child.pid !== undefined) resolve({ pid: child.pid, ended, hold })
    })
  } finally {
    for (const fd of opened) closeSync(fd)
  }
}

/**
 * Opens a named pipe as a program is to have it, which waits for what it reads. To open it waits for nobody: for that
 * moment its other end is here, too, as where the one who named it is gone.
 */
function openNamed(path: string, kind: 'in' | 'out'): number {
  const both = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  try {
    return openSync(path, kind === 'in' ? constants.O_RDONLY : constants.O_WRONLY)
  } finally {
    closeSync(both)
  }
}
