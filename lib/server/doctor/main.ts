import { isNamed } from '@/lib/core/base/named-error'
import { processEnvironment } from '../services/env'
import { type Check, failed, fine } from './check'
import { dataChecks } from './data-checks'
import { machineChecks } from './machine-checks'

// A program of its own: says as JSON what it finds. It works beside a server, writes nothing, and tells no key.
const isOnline = process.argv.includes('--online')

async function examine(): Promise<Check[]> {
  try {
    const env = processEnvironment()
    const settings = fine('settings', 'They can be read.')
    return [settings, ...dataChecks({ env, nowMs: Date.now() }), ...(await machineChecks(env, isOnline))]
  } catch (error) {
    if (!isNamed<Error>(error, 'EnvironmentError')) throw error
    return [failed('settings', error.message, 'Set it otherwise, in the environment or a file .env.local.')]
  }
}

process.stdout.write(JSON.stringify(await examine()))
