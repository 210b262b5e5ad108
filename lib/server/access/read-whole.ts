/** An answer as it comes over the network, of whichever `fetch`. */
type Coming = {
  status: number
  headers: Iterable<[string, string]>
  body: AsyncIterable<Uint8Array> | null
}

/** The whole of an answer of another server, of at most so many bytes. Throws a `TypeError` for a longer one. */
export async function readWhole(answer: Coming, mostBytes: number): Promise<Response> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length
    if (bytes > mostBytes) throw new TypeError('its answer is too long')
    chunks.push(chunk)
  }
  const isEmpty = answer.status === 204 || answer.status === 205 || answer.status === 304
  return new Response(isEmpty ? null : Buffer.concat(chunks), {
    status: answer.status,
    headers: [...answer.headers],
  })
}
