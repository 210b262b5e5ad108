import type { Json } from '../base/json'

/** Settings by name; whoever keeps one reads it with a schema of its own. */
export type SettingStore = {
  /** Undefined where nothing was ever put. */
  getSetting(key: string): Promise<Json | undefined>
  putSetting(key: string, value: Json): Promise<void>
}
