import type { ProviderKeyShown } from '@/lib/api/projects/projects'
import type { Actor } from '@/lib/core/base/actor'
import type { App } from '../app/app'
import { Refusal } from '../services/problem'

/** Whether the project that is asked in has a provider key of its own, and its last four characters. */
export function readProviderKey({ providerKeys, project }: App): ProviderKeyShown {
  const found = providerKeys.hintOf(project)
  if (found === null) return { isSet: false, hint: null, setAt: null, setBy: null }
  return { isSet: true, hint: found.hint, setAt: found.setAt, setBy: found.setBy.name }
}

/** Sets the provider key of the project. It is never told again. Throws where the simulator answers in place of it. */
export async function setProviderKey(app: App, key: string, actor: Actor): Promise<ProviderKeyShown> {
  if (app.whole.simulator !== null)
    throw new Refusal(
      'conflict',
      'This server uses the simulator, which takes no key. Set SKEIN_PROVIDER=anthropic.',
    )
  await app.providerKeys.set(app.project, key, { setAt: new Date(app.now()).toISOString(), setBy: actor })
  return readProviderKey(app)
}

/** Forgets it: runs that begin from now on ask by the key of the installation. */
export async function forgetProviderKey(app: App): Promise<void> {
  if (app.providerKeys.hintOf(app.project) === null)
    throw new Refusal('not-found', 'This project has no provider key of its own.')
  await app.providerKeys.forget(app.project)
}
