/** A single buffer of this size is no page of text. */
const MOST_BUFFER_BYTES = 128_000_000
/** All buffers of the thread together, looked at between pages. */
const MOST_TOGETHER_BYTES = 512_000_000

/**
 * Bounds what this thread may put into byte arrays. Threads are bounded in objects alone, and a compressed
 * stream becomes one byte array: ten megabytes of PDF could take ten gigabytes of the server's memory. Once
 * it was called, an array beyond the bound throws a RangeError, which a parser takes for a broken stream.
 */
export function boundByteArrays(): void {
  // The platform's way to inflate collects pieces without a bound; parsers that miss it inflate by themselves.
  Reflect.deleteProperty(globalThis, 'DecompressionStream')
  const bounded: Uint8ArrayConstructor = new Proxy(Uint8Array, {
    construct(target, args: unknown[], newTarget) {
      const [size] = args
      if (typeof size === 'number' && size > MOST_BUFFER_BYTES) throw new RangeError('Too large a buffer')
      return Reflect.construct(target, args, newTarget === bounded ? target : newTarget)
    },
  })
  globalThis.Uint8Array = bounded
}

/** True while this thread holds no more in buffers than it may. */
export function hasRoom(): boolean {
  return process.memoryUsage().arrayBuffers < MOST_TOGETHER_BYTES
}
