import { mostRead, TooMuchError } from './answer-bounds'

/**
 * The lines of a body as they arrive, the last one also without its line break. A body may be megabytes long.
 * A line that nobody could mean is passed over; more lines than there can be are a `TooMuchError`.
 */
export async function* linesOf(
  body: ReadableStream<Uint8Array> | null,
  onPart: () => void,
  longest: number = mostRead.event,
): AsyncGenerator<string> {
  if (body === null) return
  const decoder = new TextDecoder()
  let rest = ''
  /** The line that comes is longer than is read. */
  let isSkipping = false
  let count = 0
  for await (const chunk of body) {
    onPart()
    const text = decoder.decode(chunk, { stream: true })
    let from = 0
    for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
      count += 1
      if (count > mostRead.results) throw new TooMuchError(`${mostRead.results.toLocaleString('en')} lines`)
      if (!isSkipping) yield rest + text.slice(from, to)
      isSkipping = false
      rest = ''
      from = to + 1
    }
    // Joined only when a line ends: one huge line in small pieces must not be scanned again for every piece.
    if (!isSkipping) rest += text.slice(from)
    if (rest.length > longest) {
      isSkipping = true
      rest = ''
    }
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}
