import { eq, sql } from 'drizzle-orm'
import type { SettingStore } from '@/lib/core/ports/setting-store'
import { parsed } from '../json-column'
import type { Queries } from '../open'
import { settings } from '../schema'

/** Settings by name. */
export function createSettingStore(queries: Queries): SettingStore {
  const find = queries
    .select({ value: settings.value })
    .from(settings)
    .where(eq(settings.key, sql.placeholder('key')))
    .prepare()
  return {
    async getSetting(key) {
      const row = find.get({ key })
      return row === undefined ? undefined : parsed(row.value)
    },

    // A setting of null is still a text, which a column of JSON would not make of it.
    async putSetting(key, setting) {
      const value = JSON.stringify(setting)
      queries
        .insert(settings)
        .values({ key, value })
        .onConflictDoUpdate({ target: settings.key, set: { value } })
        .run()
    },
  }
}
