import { closeSync, constants, fchmodSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import type { PipeStock } from './named-pipes'
import type { ChildEnd, Descriptor, Spawned, SpawnOrder } from './spawn'

/** A program that is started to be talked to, and what each of its descriptors is, from 0 on. */
export type ChildOrder = Omit<SpawnOrder, 'descriptors'> & {
  /** `in` is a pipe that it reads from, `out` one that it prints into. */
  descriptors: readonly ('ignore' | 'inherit' | 'in' | 'out')[]
}

/** A program that was started. It leads a session and a group of its own, so that all it started can be ended with it. */
export type StartedChild = {
  readonly pid: number
  /** Our end of one of its pipes: what is written is read by it, what it prints is read here. */
  pipe(descriptor: number): Socket
  /** Resolves once it has ended; what it started may go on. Never rejects. */
  readonly ended: Promise<ChildEnd>
  /** Sends a signal to its group; nothing once it has ended. */
  signal(name: NodeJS.Signals): void
  /** Whether it and its pipes keep this process alive; they do until told otherwise. */
  hold(isHeld: boolean): void
}

/** Starts a program. Rejects where it cannot be started. */
export type StartChild = (order: ChildOrder) => Promise<StartedChild>

/**
 * Starts programs whose pipes have a name until both ends are open: so whoever starts a program opens its ends, we
 * ours, and no byte passes through a third process. Those that Node makes are sockets, which a program can also read
 * from (an editor would wait there for its input) and cannot open again as /dev/stdout.
 */
export function startingBy(pipes: PipeStock, spawn: (order: SpawnOrder) => Promise<Spawned>): StartChild {
  return async (order) => {
    const wanted = order.descriptors.filter((one) => one === 'in' || one === 'out').length
    const names = await pipes.take(wanted)
    const ours = new Map<number, Ours>()
    try {
      let taken = 0
      const descriptors = order.descriptors.map((kind, at): Descriptor => {
        if (kind === 'ignore' || kind === 'inherit') return { kind }
        const path = names[taken++] ?? ''
        ours.set(at, { kind, fd: kind === 'in' ? openToWrite(path) : openToRead(path) })
        return { kind, path }
      })
      const spawned = await spawn({ ...order, descriptors })
      // What it starts can open again what it prints into, and not what it is told by.
      for (const { kind, fd } of ours.values()) if (kind === 'in') fchmodSync(fd, 0)
      return startedChild(spawned, new Map([...ours].map(([at, one]) => [at, socketOf(one)])))
    } catch (error) {
      for (const { fd } of ours.values()) closeSync(fd)
      throw error
    } finally {
      // Their folder is gone where whoever made it is.
      for (const name of names) rmSync(name, { force: true })
    }
  }
}

type Ours = { kind: 'in' | 'out'; fd: number }

/** Nobody waits for the other end to be opened: what a pipe gives before is not looked at. */
function openToRead(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
}

/** A pipe that nobody reads cannot be opened for writing alone; one that is read by whoever writes can. */
function openToWrite(path: string): number {
  const both = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  } finally {
    closeSync(both)
  }
}

function socketOf({ kind, fd }: Ours): Socket {
  const socket = new Socket({ fd, readable: kind === 'out', writable: kind === 'in' })
  // A program that ends while it is written to is told of by its end.
  if (kind === 'in') socket.on('error', () => {})
  return socket
}

function startedChild({ pid, ended, hold }: Spawned, sockets: ReadonlyMap<number, Socket>): StartedChild {
  let isEnded = false
  const inputs = [...sockets.values()].filter((socket) => socket.writable)
  void ended.then(({ isLost }) => {
    isEnded = true
    for (const socket of inputs) socket.destroy()
    if (isLost) signalGroup(pid, 'SIGKILL')
  })
  return {
    pid,
    ended,
    pipe(descriptor) {
      const socket = sockets.get(descriptor)
      if (socket === undefined) throw new Error(`Descriptor ${descriptor} of this program is no pipe.`)
      return socket
    },
    signal(name) {
      if (!isEnded) signalGroup(pid, name)
    },
    hold(isHeld) {
      hold(isHeld)
      for (const socket of sockets.values()) {
        if (isHeld) socket.ref()
        else socket.unref()
      }
    },
  }
}

/** Sends a signal to all of a group that are still there. */
export function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name)
  } catch {
    // All of it has ended.
  }
}
