import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from './command'

/** Made by one process: to start one takes longer than all else that a pipe needs. */
const MADE_AT_ONCE = 64
/** With fewer left, more are made before somebody has to wait for them. */
const LEAST = 24

/** Makes pipes that have a name, some at a time. */
export type PipeMaker = {
  /** Their paths. Rejects when the system has none. */
  make(): Promise<string[]>
  /** Removes those that are still there, and where they were. */
  clear(): void
}

/** Makes pipes with `mkfifo`, in a folder that nobody else can open. Only a child of this very process makes them. */
export function createPipeMaker(): PipeMaker {
  let folder: string | null = null
  let made = 0
  return {
    async make() {
      folder ??= mkdtempSync(join(tmpdir(), 'skein-pipes-'))
      const inside = folder
      const paths = Array.from({ length: MADE_AT_ONCE }, () => join(inside, String(made++)))
      const args = ['-m', '0600', ...paths]
      const env = { PATH: '/usr/bin:/bin:/run/current-system/sw/bin' }
      const order = { program: 'mkfifo', args, env, cwd: '/', input: '', mostBytes: 1_000 }
      const { code, said } = await runCommand(order)
      if (code !== 0) throw new Error(`No pipes can be made: ${said.trim()}`)
      return paths
    },
    clear() {
      if (folder !== null) rmSync(folder, { recursive: true, force: true })
      folder = null
    },
  }
}

/** Pipes that have a name and are nobody's yet. */
export type PipeStock = {
  /** Paths of so many, each to be removed by whoever takes it. Rejects when the system has none. */
  take(count: number): Promise<string[]>
}

/** Keeps some pipes, so that seldom somebody waits for them. */
export function keepPipes(make: PipeMaker['make']): PipeStock {
  let stock: string[] = []
  let making: Promise<void> | null = null
  const makeMore = (): Promise<void> => {
    making ??= make()
      .then((paths) => void stock.push(...paths))
      .finally(() => {
        making = null
      })
    return making
  }
  return {
    async take(count) {
      while (stock.length < count) await makeMore()
      const taken = stock.slice(0, count)
      stock = stock.slice(count)
      // Should that fail, whoever needs them is told.
      if (count > 0 && stock.length < LEAST) makeMore().catch(() => {})
      return taken
    },
  }
}
