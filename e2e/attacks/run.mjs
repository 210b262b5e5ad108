// npm run attacks: throws the whole corpus at a server of its own and prints how long health took meanwhile.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, peakMegabytes, root } from '../bench/processes.mjs'
import { corpus, honest, hostileFolder } from './corpus.mjs'
import { throwAll } from './throw.mjs'

/** What health may take on a machine that does nothing else. */
const HEALTH_MS = 500

const home = mkdtempSync(join(tmpdir(), 'skein-attacks-'))
const workspace = join(home, 'workspace')
mkdirSync(workspace)
hostileFolder(workspace)
const plain = join(home, 'plain')
mkdirSync(plain)
const port = await freePort()
const base = `http://127.0.0.1:${port}`
const child = spawn(process.execPath, [join(root, 'lib/bin/start.mjs')], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    ...process.env,
    ANTHROPIC_API_KEY: '',
    ANTHROPIC_AUTH_TOKEN: '',
    ANTHROPIC_BASE_URL: '',
    SKEIN_PROVIDER: 'simulator',
    SKEIN_SIMULATOR_SPEED: '0',
    SKEIN_AUTH: '',
    SKEIN_TEAM_TOKEN: '',
    SKEIN_WORKSPACE_ROOTS: home,
    SKEIN_DATA_DIR: join(home, 'data'),
    HOST: '127.0.0.1',
    PORT: String(port),
  },
})
try {
  if (!existsSync(join(root, '.next/BUILD_ID'))) console.log('The pages are built first.')
  while (!(await isUp())) await new Promise((resolve) => setTimeout(resolve, 200))
  const wanted = process.argv[2] ?? ''
  const attacks = corpus.filter(({ name }) => name.includes(wanted))
  await throwAll({ base, workspace: plain, attacks: honest })
  console.log(`Others keep ${loadavg()[0]?.toFixed(1)} of ${availableParallelism()} cores busy.`)
  console.log(`${'attack'.padEnd(50)} ${'took'.padStart(8)} ${'health'.padStart(8)}  answer`)
  const results = await throwAll({ base, workspace, attacks, onDone: print })
  const worst = Math.max(...results.map(({ worstMs }) => worstMs))
  console.log(
    `\n${results.length} attacks; health took ${worst.toFixed(0)} ms at most (${HEALTH_MS} are allowed on a quiet machine).`,
  )
  console.log(`The server held ${peakMegabytes(child.pid).toFixed(0)} MB at most.`)
  process.exitCode = worst < HEALTH_MS && results.every(({ answer }) => answer !== null) ? 0 : 1
} finally {
  child.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true, maxRetries: 5 })
}

function print({ name, answer, tookMs, worstMs }) {
  const seconds = `${(tookMs / 1000).toFixed(2)} s`
  console.log(
    `${name.padEnd(50)} ${seconds.padStart(8)} ${`${worstMs.toFixed(0)} ms`.padStart(8)}  ${answer ?? 'NEVER ENDED'}`,
  )
}

function isUp() {
  return fetch(`${base}/api/health`).then(
    ({ ok }) => ok,
    () => false,
  )
}
