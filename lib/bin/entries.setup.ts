import { buildEntries } from './build-entries.mjs'

/** Runs once before all tests: threads and child processes are tested as the bundles that ship. */
export default async function setup(): Promise<void> {
  await buildEntries()
}
