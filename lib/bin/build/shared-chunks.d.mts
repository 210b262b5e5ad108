/** Keeps one of the chunks of equal content of a build's `server` folder; gives what was removed. */
export function shareChunks(serverFolder: string): { removed: number; bytes: number }

/** Makes the chunks of a build's `server` folder small. Rejects on one that is no JavaScript. */
export function minifyChunks(serverFolder: string): Promise<void>
