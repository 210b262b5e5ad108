/** Ids as the API makes and takes them. */
const SOUND = /^[a-zA-Z0-9_-]{1,64}$/

export function isSoundId(id: string): boolean {
  return SOUND.test(id)
}

/** A sound id that is not taken, as like a given one as it can be. */
export function uniqueId(like: string, taken: ReadonlySet<string>): string {
  const stem = like.replace(/[^a-zA-Z0-9_-]+/g, '_').slice(0, 48) || 'toolu'
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? stem : `${stem}_${number}`
    if (!taken.has(id)) return id
  }
}
