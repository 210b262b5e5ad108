// What backup and restore begin with: settings, programs, and the file as seen from where npm was called.
import { resolve } from 'node:path'
import { bootstrap } from '../bootstrap.mjs'
import { at } from '../place.mjs'
import { conclude, runNode, Stop } from '../run.mjs'

/** @param {'backup' | 'restore'} act */
export async function moveData(act) {
  await conclude(async () => {
    const [given] = process.argv.slice(2)
    const from = process.env.INIT_CWD ?? process.cwd()
    if (given === undefined) throw new Stop(`Name the file: npm run ${act} -- skein-backup.tar`, 2)
    const file = resolve(from, given)
    await bootstrap({ readsEnvFiles: true })
    process.exitCode = await runNode(at('dist', 'back-up.mjs'), [act, file])
  })
}
