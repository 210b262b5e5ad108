// A run of a thousand agents that has ended, led again from its journal to its result.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from './processes.mjs'

/** Seconds from taking such a run up to its end, and the model requests that this cost. */
export async function replay(count) {
  // Beside the checkout's packages, where the bundle finds them.
  const outfile = join(root, 'dist', 'bench-replay.mjs')
  try {
    await build({
      entryPoints: [join(root, 'lib/server/testing/replay.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      alias: { '@': root },
      logLevel: 'warning',
    })
    const child = spawn(process.execPath, [outfile, String(count)], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let printed = ''
    for await (const chunk of child.stdout) printed += chunk
    return JSON.parse(printed)
  } finally {
    rmSync(outfile, { force: true })
  }
}
