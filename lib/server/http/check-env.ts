import { makeFolder } from '@/db/make-folder'
import { type Environment, EnvironmentError, readEnvironment } from '../services/env'

// Run before the long build: prints the settings a server would use, or one sentence and exit code 2.
try {
  const env = readEnvironment(process.env, process.cwd())
  checkDataDir(env.dataDir)
  console.log(JSON.stringify({ host: env.host, port: env.port, provider: providerText(env) }))
} catch (error) {
  if (!(error instanceof EnvironmentError)) throw error
  console.error(error.message)
  process.exitCode = 2
}

function checkDataDir(folder: string): void {
  try {
    makeFolder(folder)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EnvironmentError(
      `The data folder ${folder} cannot be written (${reason}). Set SKEIN_DATA_DIR to a folder this account may write to.`,
    )
  }
}

function providerText(env: Environment): string {
  if (env.provider === 'anthropic') return env.baseUrl === null ? "Anthropic's API" : env.baseUrl
  return env.apiKey === null && env.authToken === null
    ? 'simulator: no key is set'
    : 'simulator: SKEIN_PROVIDER says so'
}
