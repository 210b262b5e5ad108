/** What an attack is thrown at. */
export type Target = {
  base: string
  workspace: string
  post(path: string, body: unknown): Promise<{ status: number; bytes: number; body: unknown }>
}

/** One attack: it comes to an end by itself and says what it was answered. */
export type Attack = { name: string; isShort?: boolean; attack(target: Target): Promise<string> }

export const corpus: readonly Attack[]
export const honest: readonly Attack[]
/** `isSmall` leaves out what takes seconds to be given up. */
export function hostileFolder(folder: string, options?: { isSmall?: boolean }): void
