import { buildEntries } from './build-entries.mjs'

declare module 'vitest' {
  interface ProvidedContext {
    /** How many times a run is killed with kill -9. */
    faultSeeds: number
    forkSeeds: number
    engineSeeds: number
  }
}

/** Runs once before all tests: threads and child processes are tested as the bundles that ship. */
export default async function setup(): Promise<void> {
  await buildEntries()
}
