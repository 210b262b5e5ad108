import { boundedResponse, mostRead } from './stream/answer-bounds'

/**
 * A fetch that sends only headers of ours and of the SDK. The SDK adds what ANTHROPIC_CUSTOM_HEADERS says,
 * whatever options it is given, and that may be another program's credential, on its way to wherever this
 * client points.
 */
export function fetchWithOwnHeaders(
  secret: string,
  ownHeaders: Record<string, string>,
  send: typeof fetch,
): typeof fetch {
  const own = new Headers(ownHeaders)
  const authorization = own.get('authorization') ?? `Bearer ${secret}`
  return async (input, init) => {
    const headers = new Headers(init?.headers)
    for (const name of [...headers.keys()]) if (!sdkHeader.test(name) && !own.has(name)) headers.delete(name)
    for (const [name, value] of own) headers.set(name, value)
    headers.set('authorization', authorization)
    return bounded(await send(input, { ...init, headers }))
  }
}

/**
 * Streams are read piece by piece, and bounded where that happens; all else would be read whole by the SDK.
 */
function bounded(response: Response): Response {
  if (!response.ok) return boundedResponse(response, mostRead.refusal)
  const type = response.headers.get('content-type') ?? ''
  return type.includes('application/json') ? boundedResponse(response, mostRead.body) : response
}

const sdkHeader = /^(accept|content-type|user-agent|anthropic-version|anthropic-beta|x-stainless-[\w-]+)$/
