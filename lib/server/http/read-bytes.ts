import { sizeWords } from '@/lib/core/base/size-words'
import { Refusal } from '@/lib/server/services/problem'

/**
 * The body of an upload, as bytes. Its content type has to be the one that no form of another site can send.
 */
export async function readBytes(request: Request, most: number): Promise<Buffer> {
  const type = request.headers.get('content-type') ?? ''
  if (type.split(';')[0]?.trim().toLowerCase() !== 'application/octet-stream')
    throw new Refusal(
      'unsupported',
      'Send the bytes of the file with the content type application/octet-stream.',
    )
  const tooLarge = () => new Refusal('too-large', `The file is larger than ${sizeWords(most)}.`)
  const read = await readBounded(request, most, tooLarge)
  if (read.length === 0) throw new Refusal('bad-request', 'The file is empty.')
  return read
}

/** The body of a request as it came, of at most so many bytes. Throws what `tooLarge` gives for a larger one. */
export async function readBounded(request: Request, most: number, tooLarge: () => Error): Promise<Buffer> {
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge()
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length
    if (bytes > most) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
