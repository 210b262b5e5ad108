import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Printed } from './output'

/** Bytes of output kept of one shell; beyond that the oldest go. */
const MOST_KEPT_BYTES = 256 * 1024 * 1024

/** Names the files of long outputs, and forgets the oldest. */
export type KeptOutputs = {
  /** The file of the next command, by its name and its path on this machine. */
  next(): { name: string; file: string }
  made(name: string, printed: Printed): void
}

/** The files lie in `folder`, which the sandbox sees read-only: nothing inside can lead a write astray. */
export function keepOutputs(folder: string): KeptOutputs {
  const files: { name: string; bytes: number }[] = []
  let commands = 0

  return {
    next() {
      const name = `${++commands}.txt`
      return { name, file: join(folder, name) }
    },
    made(name, { hasFile, keptBytes }) {
      if (!hasFile) return
      files.push({ name, bytes: keptBytes })
      let bytes = files.reduce((sum, file) => sum + file.bytes, 0)
      while (bytes > MOST_KEPT_BYTES && files.length > 1) {
        const oldest = files.shift()
        bytes -= oldest?.bytes ?? 0
        rmSync(join(folder, oldest?.name ?? ''), { force: true })
      }
    },
  }
}
