/** Keeps one of the chunks of equal content of a build's `server` folder; gives what was removed. */
export function shareChunks(serverFolder: string): { removed: number; bytes: number }
