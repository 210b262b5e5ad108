import { join } from 'node:path'

/** The folder in which sources are kept, each in one of its own. */
export function sourcesFolder(dataDir: string): string {
  return join(dataDir, 'sources')
}
