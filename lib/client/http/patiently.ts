import { firstApi } from '@/lib/api/first/endpoints'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 8_000

/**
 * Loads a part of a page that comes late, and tries again for as long as the server is away: a page does not crash
 * for what is lost with its server and comes back with it. Rejects with what `load` did where that is no missing
 * file, or where a server that answers does not have it, as one of another version has not.
 */
export function patiently<T>(load: () => Promise<T>): () => Promise<T> {
  return async () => {
    let wasThere = false
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      try {
        return await load()
      } catch (error) {
        if (wasThere || !isMissingFile(error)) throw error
      }
      wasThere = await isServerThere()
      if (!wasThere) await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
}

/** The bundler names what it throws where a file of the page did not come. */
function isMissingFile(error: unknown): boolean {
  return error instanceof Error && error.name === 'ChunkLoadError'
}

/** Whether the server answers at all. */
export async function isServerThere(): Promise<boolean> {
  try {
    await fetch(firstApi.getHealth.path, { cache: 'no-store' })
    return true
  } catch {
    return false
  }
}
