import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Timeline } from '@/lib/core/ports/clock'
import { CGROUPS_FILE } from './bubblewrap/start'
import { endCgroup } from './limits/cgroups'

/**
 * Removes what shells of a server that was killed left in `places`: folders, and cgroups with whatever is still
 * in them. Call it before the first shell is opened. Resolves with how many there were; never rejects.
 */
export async function sweepPlaces(places: string, awake: Timeline): Promise<number> {
  const names = await readdir(places).catch(() => [])
  for (const name of names) {
    const place = join(places, name)
    const listed = await readFile(join(place, CGROUPS_FILE), 'utf8').catch(() => '')
    for (const folder of listed.split('\n').filter(Boolean)) await endCgroup(folder, awake)
    await rm(place, { recursive: true, force: true }).catch(() => {
      // Another user's, or in use: it is tried again at the next start.
    })
  }
  return names.length
}
