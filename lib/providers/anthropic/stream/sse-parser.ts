import { mostRead, TooMuchError } from './answer-bounds'

/** Takes the bytes of a `text/event-stream` body as they come and hands over the data of each event. */
export type SseParser = {
  push(bytes: Uint8Array): void
  /** The body has ended: hands over a last event whose closing blank line never came. */
  end(): void
}

/**
 * Reads server-sent events, whatever the cut of the chunks. Event names are not used: every payload names its
 * own type, and some gateways leave the name out. Written here because the SDK's reader swallows pings (signs
 * of life) and drops a last event without its blank line. Throws a `TooMuchError` at an event that nobody
 * could mean.
 */
export function createSseParser(onData: (data: string) => void): SseParser {
  const decoder = new TextDecoder()
  let rest = ''
  let data: string | null = null

  function line(text: string): void {
    if (text === '') {
      if (data !== null) onData(data)
      data = null
    } else if (text.startsWith('data:')) {
      const value = text.charCodeAt(5) === SPACE ? text.slice(6) : text.slice(5)
      data = data === null ? value : `${data}\n${value}`
      if (data.length > mostRead.event)
        throw new TooMuchError(`${mostRead.event / 1_000_000} MB in one event`)
    }
  }

  function lines(text: string): void {
    // Joined only when a line ends: one huge line in small pieces must not be scanned again for every piece.
    if (!text.includes('\n')) {
      rest += text
      if (rest.length > mostRead.event) throw new TooMuchError(`${mostRead.event / 1_000_000} MB in one line`)
      return
    }
    const all = rest + text
    let from = 0
    for (let to = all.indexOf('\n'); to !== -1; to = all.indexOf('\n', from)) {
      line(all.slice(from, all.charCodeAt(to - 1) === CARRIAGE_RETURN && to > from ? to - 1 : to))
      from = to + 1
    }
    rest = all.slice(from)
  }

  return {
    push: (bytes) => lines(decoder.decode(bytes, { stream: true })),
    end() {
      lines(`${decoder.decode()}\n\n`)
    },
  }
}

const SPACE = 32
const CARRIAGE_RETURN = 13
