/** Runs once when the server starts, never in a build: runs that were open go on, and signals are ours. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { startUp } = await import('@/lib/server/http/start-up')
  await startUp()
}
