/** One digest over the names and bytes of files and folders below `folder`; what is absent counts as absent. */
export function digestOf(folder: string, names: readonly string[]): string
