import { type App, createApp } from '../app/app'
import { processEnvironment } from '../services/env'
import { appCallbacks } from './app-callbacks'

/**
 * The one app of this process. Next loads server modules more than once (start-up hook, route bundles), so it
 * is kept on the global object; only data is kept there, behaviour is in functions.
 */
const KEY = Symbol.for('skein.app')
const holder: { [KEY]?: Promise<App> } & typeof globalThis = globalThis

/** The app, put together at the first call. */
export function getApp(): Promise<App> {
  holder[KEY] ??= createApp(processEnvironment(), appCallbacks)
  return holder[KEY]
}

/** The app once it is put together; null before that. Begins nothing and waits for nothing. */
export async function startedApp(): Promise<App | null> {
  return Promise.race([holder[KEY] ?? null, null])
}

/** Replaces the app; for tests that call routes as functions. */
export function setApp(app: App | null): void {
  if (app === null) delete holder[KEY]
  else holder[KEY] = Promise.resolve(app)
}
