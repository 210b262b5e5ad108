import type { Json } from '../base/json'

/** Settings by name; the owner of one reads it with its own schema. */
export type SettingStore = {
  /** Undefined where nothing was ever put. */
  getSetting(key: string): Promise<Json | undefined>
  putSetting(key: string, value: Json): Promise<void>
}
