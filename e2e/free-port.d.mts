/** A port of this machine that nobody listens on, and that nobody is given by chance. */
export function freePort(): Promise<number>
