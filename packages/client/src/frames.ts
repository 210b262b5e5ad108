/** One server-sent event, with its data as text. */
export type RawFrame = { event: string; data: string; id: string | null }

/**
 * The frames of an event stream, whatever the cut of its chunks. `onRetry` gets the milliseconds that the server
 * asks to wait before the stream is opened again, `onBytes` is told of everything that comes, comments too.
 */
export async function* framesOf(
  body: ReadableStream<Uint8Array>,
  { onRetry, onBytes }: { onRetry(ms: number): void; onBytes(): void },
): AsyncGenerator<RawFrame> {
  const reader = body.getReader()
  try {
    let frame = emptyFrame()
    for await (const line of linesOf(reader, onBytes)) {
      if (line === '') {
        if (frame.data.length > 0) yield { event: frame.event, data: frame.data.join('\n'), id: frame.id }
        frame = emptyFrame()
        continue
      }
      const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? []
      if (name === 'event') frame.event = value
      if (name === 'data') frame.data.push(value)
      if (name === 'id') frame.id = value
      if (name === 'retry' && /^\d+$/.test(value)) onRetry(Number(value))
    }
  } finally {
    // Whoever stops reading closes the connection; that it broke off already is no news.
    await reader.cancel().catch(() => undefined)
  }
}

function emptyFrame(): { event: string; data: string[]; id: string | null } {
  return { event: 'message', data: [], id: null }
}

async function* linesOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  onBytes: () => void,
): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  // Joined only when a line ends: one huge line in small pieces must not be scanned again for every piece.
  let pieces: string[] = []
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    onBytes()
    const [first = '', ...others] = decoder.decode(value, { stream: true }).split('\n')
    pieces.push(first)
    for (const other of others) {
      yield pieces.join('').replace(/\r$/, '')
      pieces = [other]
    }
  }
}
