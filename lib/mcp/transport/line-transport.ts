import type { Readable, Writable } from 'node:stream'
import type { Transport } from '@modelcontextprotocol/client'
import { parseJSONRPCMessage } from '@modelcontextprotocol/client'
import { BrokenServer, LONGEST_MESSAGE_BYTES, refusedMessage } from './messages'

/** A program that is talked to over its input and output. */
export type Program = {
  stdin: Writable
  stdout: Readable
  /** Resolves with a sentence on how it ended; never rejects. */
  ended: Promise<string>
  kill(): Promise<void>
}

const NEWLINE = 10

/**
 * Messages to and from a program, one a line. Lines that are no message are passed over, as programs print
 * what they like; one that is too long, or too deep, ends the program.
 */
export function lineTransport(program: Program, tell: (why: string) => void): Transport {
  const { stdin, stdout } = program
  let held: Buffer[] = []
  let heldBytes = 0
  let isOver = false

  const over = (why: string | null) => {
    if (isOver) return
    isOver = true
    if (why !== null) tell(why)
    held = []
    transport.onclose?.()
    stdout.destroy()
    void program.kill()
  }
  const take = (line: Buffer) => {
    const text = line.toString('utf8')
    const refused = refusedMessage(text)
    if (refused !== null) return over(refused)
    let message: Parameters<NonNullable<Transport['onmessage']>>[0]
    try {
      message = parseJSONRPCMessage(JSON.parse(text))
    } catch {
      return
    }
    transport.onmessage?.(message)
  }
  const read = (piece: Buffer) => {
    let from = 0
    for (let at = piece.indexOf(NEWLINE); at >= 0 && !isOver; at = piece.indexOf(NEWLINE, from)) {
      const line = Buffer.concat([...held, piece.subarray(from, at)])
      held = []
      heldBytes = 0
      from = at + 1
      if (line.length > LONGEST_MESSAGE_BYTES) return over(tooLong)
      if (line.length > 0) take(line)
    }
    if (isOver || from === piece.length) return
    held.push(piece.subarray(from))
    heldBytes += piece.length - from
    if (heldBytes > LONGEST_MESSAGE_BYTES) over(tooLong)
  }

  // By these two the library knows a program: one that says nothing to its first question is older, not gone.
  const transport: Transport & { stderr: null; pid: null } = {
    stderr: null,
    pid: null,
    async start() {
      stdout.on('data', read)
      // It may have been paused before, which listening alone does not end.
      stdout.resume()
      stdout.on('error', () => over('Its output could not be read.'))
      stdin.on('error', () => {})
      void program.ended.then(over)
    },
    send: (message) =>
      new Promise((resolve, reject) => {
        if (isOver) return reject(new BrokenServer('It has ended.'))
        stdin.write(`${JSON.stringify(message)}\n`, (error) => (error == null ? resolve() : reject(error)))
      }),
    async close() {
      over(null)
      await program.kill()
    },
  }
  return transport
}

const tooLong = `It sent a message of more than ${LONGEST_MESSAGE_BYTES / 1_000_000} MB.`
