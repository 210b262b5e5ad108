import { type Environment, readEnvironment } from '../services/env'

/** This checkout, where migrations and bundled entries are. */
export const installDir = process.cwd()

/** A key nobody has, easy to find wherever it must not be. */
export const dummyKey = 'sk-ant-recognisable-dummy-0123456789'

/** The environment of an app whose provider is the simulator, as if it were the real one. */
export function testEnvironment(of: {
  dataDir: string
  url: string
  workspace: string
  more: Readonly<Record<string, string>>
}): Environment {
  return readEnvironment(
    {
      SKEIN_DATA_DIR: of.dataDir,
      ANTHROPIC_API_KEY: dummyKey,
      ANTHROPIC_BASE_URL: of.url,
      // Nothing listens there: a test that asks what was billed says where.
      SKEIN_BILLING_URL: 'http://127.0.0.1:9',
      SKEIN_WORKSPACE_ROOTS: of.workspace,
      ...of.more,
    },
    installDir,
  )
}
