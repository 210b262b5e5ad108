import { execFile } from 'node:child_process'
import { constants, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A pipe: a descriptor for a child to print into, to be closed once it was handed over, and what comes out. */
export type Pipe = { into: number; out: Socket }

/** Made by one process: to start one takes longer than all else that a pipe needs. */
const MADE_AT_ONCE = 16

/** Pipes that are open and nobody's yet, by their descriptors. */
let stock: Promise<{ into: number; out: number }[]> = Promise.resolve([])

/**
 * Makes a pipe. Node's own are sockets, which a program can also read from (an editor would wait there for its
 * input) and cannot open again as /dev/stdout. Rejects when the system has none.
 */
export async function makePipe(): Promise<Pipe> {
  for (;;) {
    const asked = stock
    const pipe = (await asked.catch(() => [])).pop()
    if (pipe !== undefined)
      return { into: pipe.into, out: new Socket({ fd: pipe.out, readable: true, writable: false }) }
    // Whoever finds none first has more made; the others wait for the same.
    if (stock === asked) stock = makeMore()
    await stock
  }
}

/** They have names for a moment only: what is open needs none. */
async function makeMore(): Promise<{ into: number; out: number }[]> {
  const folder = await mkdtemp(join(tmpdir(), 'skein-pipes-'))
  try {
    const files = Array.from({ length: MADE_AT_ONCE }, (_, at) => join(folder, String(at)))
    await promisify(execFile)('/usr/bin/mkfifo', ['-m', '0600', ...files])
    return files.map((file) => {
      const out = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
      return { into: openSync(file, constants.O_WRONLY), out }
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
