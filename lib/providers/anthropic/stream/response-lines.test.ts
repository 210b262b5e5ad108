import { expect, test } from 'vitest'
import { linesOf } from './response-lines'

async function linesIn(...parts: readonly Uint8Array[]): Promise<string[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(part)
      controller.close()
    },
  })
  const lines: string[] = []
  for await (const line of linesOf(body, () => {})) lines.push(line)
  return lines
}

test('lines come whole, wherever the parts are cut: in a line, in a character, before the end', async () => {
  const bytes = new TextEncoder().encode('one\ntwö\n\nlast')
  for (let cut = 0; cut <= bytes.length; cut++)
    expect(await linesIn(bytes.slice(0, cut), bytes.slice(cut))).toEqual(['one', 'twö', '', 'last'])
  expect(await linesIn()).toEqual([])
})
