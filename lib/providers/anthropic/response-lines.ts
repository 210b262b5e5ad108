/** The lines of a body as they arrive, the last one also without its line break. A body may be megabytes long. */
export async function* linesOf(body: ReadableStream<Uint8Array> | null, onPart: () => void): AsyncGenerator<string> {
  if (body === null) return
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    onPart()
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}
