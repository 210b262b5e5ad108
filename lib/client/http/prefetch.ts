/** Where requests that were started before this code had loaded are kept for it. */
const KEY = 'skeinPrefetched'

type WithPrefetched = { [KEY]?: Record<string, Promise<Response>> }

/**
 * A script for the head of a page: asks for what the page will need while its code is still on the way. Only
 * our own paths belong in it. The code goes first: without it the answer is of no use, and a server that puts
 * together a thousand agents sends no file meanwhile.
 */
export function prefetchScript(paths: readonly string[]): string {
  // A path comes from the address bar: nothing in it may close the script or open a comment.
  const list = JSON.stringify(paths).replace(
    /[<>\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `for (const path of ${list}) { const asked = fetch(path, { headers: { accept: 'application/json' }, cache: 'no-store', priority: 'low' }); asked.catch(() => {}); (window.${KEY} ??= {})[path] = asked }`
}

/** The answer to a path that was prefetched; handed out once, since it is as old as the page. */
export function takePrefetched(path: string): Promise<Response> | null {
  const page: WithPrefetched & typeof globalThis = globalThis
  const held = page[KEY]
  const answer = held?.[path] ?? null
  if (held !== undefined) delete held[path]
  return answer
}
