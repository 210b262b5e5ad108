import type { StreamQuery } from '../stream'

/** Where everything that one browser watches comes on one connection. */
export const streamPath = '/api/stream'

/** The address with what is asked for there. */
export function streamAddress(query: StreamQuery): string {
  return `${streamPath}?${new URLSearchParams(query)}`
}
