import { execFile } from 'node:child_process'
import { closeSync, constants, mkdirSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A pipe: a descriptor for a child to print into, to be closed once it was handed over, and what comes out. */
export type Pipe = { into: number; out: Socket }

/**
 * Makes pipes. Node's own are sockets, which a program can also read from (an editor would wait there for its
 * input) and cannot open again as /dev/stdout.
 */
export type PipeMaker = { make(): Promise<Pipe> }

/** Made by one process: to start one takes longer than all else that a pipe needs. */
const MADE_AT_ONCE = 16

/** Pipes are named for a moment only, in `folder`. */
export function createPipeMaker(folder: string): PipeMaker {
  let names: Promise<string[]> = Promise.resolve([])
  let made = 0

  async function more(): Promise<string[]> {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const files = Array.from({ length: MADE_AT_ONCE }, () => join(folder, `${process.pid}-${made++}`))
    await promisify(execFile)('/usr/bin/mkfifo', ['-m', '0600', ...files])
    return files
  }

  async function take(): Promise<string> {
    for (;;) {
      const asked = names
      const name = (await asked).shift()
      if (name !== undefined) return name
      // Whoever finds none first has more made; the others wait for the same.
      if (names === asked) names = more()
    }
  }

  return {
    async make() {
      const file = await take().catch((error) => {
        names = Promise.resolve([])
        throw error
      })
      const out = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
      try {
        const into = openSync(file, constants.O_WRONLY)
        return { into, out: new Socket({ fd: out, readable: true, writable: false }) }
      } catch (error) {
        closeSync(out)
        throw error
      } finally {
        rmSync(file, { force: true })
      }
    },
  }
}
